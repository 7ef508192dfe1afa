import Foundation
import Synchronization
import TestSupport
import Testing

/// The real program, which serves until it is told otherwise. It dies with this process, however that ends.
final class FleetProcess: Sendable {
    private static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("gleaner")

    private struct State {
        var output = ""
        var child: ChildProcess?
        var isOver = false
    }

    private let state = Mutex(State())

    /// Starts it, and waits until it says where it listens.
    static func start(_ arguments: [String], database: String) async throws -> FleetProcess {
        let process = FleetProcess()
        // The kernel kills it with the thread that started it: this one stays until it has ended.
        Thread.detachNewThread { process.run(arguments, database: database) }
        do {
            try await eventually { !process.address.isEmpty || process.isOver }
            guard !process.isOver else { throw DidNotHappen(what: "the start of gleaner \(arguments)") }
            return process
        } catch {
            try await process.end()
            throw error
        }
    }

    private init() {}

    private func run(_ arguments: [String], database: String) {
        defer { state.withLock { $0.isOver = true } }
        let pipe = Pipe()
        let environment = ["GLEANER_DATABASE": database, "GLEANER_HOME": "/nonexistent", "PATH": "/usr/bin:/bin"]
        let command = ["/usr/bin/env", "setpriv", "--pdeathsig", "KILL", Self.program.path] + arguments
        guard let nothing = FileHandle(forWritingAtPath: "/dev/null"),
            let child = try? ChildProcess(
                command, environment: environment, output: pipe.fileHandleForWriting.fileDescriptor,
                errors: nothing.fileDescriptor)
        else { return }
        try? pipe.fileHandleForWriting.close()
        state.withLock { $0.child = child }
        while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
            state.withLock { $0.output += String(decoding: data, as: UTF8.self) }
        }
        child.waitUntilEnded()
    }

    /// The first address that it shows, without a path.
    var address: String {
        let output = state.withLock { $0.output }
        // The line must be whole.
        guard let start = output.range(of: "http://"), output[start.upperBound...].contains("\n") else { return "" }
        let host = output[start.upperBound...].prefix { $0 != ":" }
        return "http://" + host + ":" + output[host.endIndex...].dropFirst().prefix(while: \.isNumber)
    }

    var api: APIClient { APIClient(base: address) }

    /// Whether it has ended.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Whether a worker is in the middle of answers: some of their tokens are there, and not all.
    var isGenerating: Bool {
        get async throws {
            let lines = try await api.get("/metrics").body.split(separator: "\n")
            func sum(_ name: String) -> Double {
                lines.filter { $0.hasPrefix(name + "{") }
                    .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
            }
            return sum("vllm:num_requests_running") > 0 && sum("vllm:generation_tokens_total") >= 20
        }
    }

    func send(_ signal: Int32) { state.withLock { $0.child }?.send(signal) }

    /// Kills it, and returns when it is gone.
    func end() async throws {
        send(SIGKILL)
        try await eventually { isOver }
    }
}

extension FleetScene {
    /// Starts `gleaner` with the scene's ledger.
    func process(_ arguments: [String]) async throws -> FleetProcess {
        let file = folder.appendingPathComponent("ledger.db").path
        let process = try await FleetProcess.start(arguments, database: file)
        atEnd { try? await process.end() }
        return process
    }
}
