import Foundation
import Synchronization
import Testing

/// The real program, which serves until it is told otherwise. It dies with this process, however that ends.
final class FleetProcess: Sendable {
    private static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("gleaner")

    private struct State {
        var output = ""
        var pid: pid_t?
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
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let environment = ["GLEANER_DATABASE=\(database)", "GLEANER_HOME=/nonexistent", "PATH=/usr/bin:/bin"]
        let command = ["/usr/bin/env", "setpriv", "--pdeathsig", "KILL", Self.program.path] + arguments
        let pid = Self.spawn(command, environment, output: ends[1])
        close(ends[1])
        state.withLock { $0.pid = pid }
        let output = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        while case let data = output.availableData, !data.isEmpty {
            state.withLock { $0.output += String(decoding: data, as: UTF8.self) }
        }
        if let pid { wait(for: pid) }
    }

    private static func spawn(_ command: [String], _ environment: [String], output: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let (words, variables) = (command.map { strdup($0) } + [nil], environment.map { strdup($0) } + [nil])
        defer { for text in words + variables { free(text) } }
        var pid = pid_t()
        return posix_spawn(&pid, command[0], &actions, nil, words, variables) == 0 ? pid : nil
    }

    private func wait(for pid: pid_t) {
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        // Once it was waited for, the number may be another process's.
        state.withLock { state in
            state.pid = nil
            var status: Int32 = 0
            waitpid(pid, &status, 0)
        }
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

    /// Sequences that a worker runs.
    var numSequences: Int {
        get async throws {
            let text = try await api.get("/metrics").body
            return text.split(separator: "\n").filter { $0.hasPrefix("vllm:num_requests_running{") }
                .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0) { $0 + Int($1) }
        }
    }

    func send(_ signal: Int32) { state.withLock { if let pid = $0.pid { _ = kill(pid, signal) } } }

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
