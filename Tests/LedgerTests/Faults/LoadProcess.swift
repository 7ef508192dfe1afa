import Foundation
import Ledger
import Synchronization
import TestSupport

/// A process of its own that changes a ledger until it is killed.
struct LoadProcess {
    /// What it was told before it died.
    struct Acknowledged {
        var admitted: Set<String> = []
        /// The output tokens last noted.
        var noted: [String: Int] = [:]
        var settled: [String: PicoUSD] = [:]
        var deposits: Set<String> = []
        /// Lines that are none of these, and requests that were told two charges.
        var strange: [String] = []

        mutating func add(_ line: Substring) {
            let words = line.split(separator: " ")
            switch words.first {
            case "A" where words.count == 2: admitted.insert(String(words[1]))
            case "D" where words.count == 2: deposits.insert(String(words[1]))
            case "N" where words.count == 3: noted[String(words[1])] = Int(words[2])
            case "S" where words.count == 3:
                let charge = Int128(words[2]).map { PicoUSD(pico: $0) }
                if let before = settled.updateValue(charge ?? .zero, forKey: String(words[1])), before != charge {
                    strange.append(String(line))
                }
            default: strange.append(String(line))
            }
        }
    }

    let place: String

    /// The program beside this test's own.
    private static let program: URL = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("LedgerLoad")
    }()

    /// Starts it, kills it after so many answers or when the test's time is over, and adds what it said until then.
    /// - Parameter nowMs: its wall clock, which stands.
    func run(round: Int, nowMs: Int64, answers: Int, into acknowledged: inout Acknowledged) async throws {
        let life = Life()
        let output = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global().async {
                    let said = Result { try self.output(round: round, nowMs: nowMs, answers: answers, life) }
                    continuation.resume(with: said)
                }
            }
        } onCancel: {
            life.end()
        }
        try Task.checkCancellation()
        for line in output.split(separator: "\n") { acknowledged.add(line) }
    }

    /// Kills a process once, and only while it is there.
    private final class Life: Sendable {
        private let state = Mutex((process: ChildProcess?.none, isOver: false))

        /// The process runs; it is killed at once if its end came first.
        func begin(_ process: ChildProcess) {
            state.withLock { state in
                if state.isOver { process.send(SIGKILL) } else { state.process = process }
            }
        }

        func end() {
            state.withLock { state in
                state.process?.send(SIGKILL)
                state = (nil, true)
            }
        }
    }

    private func output(round: Int, nowMs: Int64, answers: Int, _ life: Life) throws -> String {
        let pipe = Pipe()
        let process = try ChildProcess(
            [Self.program.path, place, "\(round)", "\(nowMs)"],
            output: pipe.fileHandleForWriting.fileDescriptor)
        try pipe.fileHandleForWriting.close()
        life.begin(process)
        var bytes = Data()
        var lines = 0
        while lines < answers {
            let part = pipe.fileHandleForReading.availableData
            guard !part.isEmpty else { break }
            lines += part.count { $0 == UInt8(ascii: "\n") }
            bytes += part
        }
        life.end()
        process.waitUntilEnded()
        bytes += pipe.fileHandleForReading.readDataToEndOfFile()
        return String(decoding: bytes, as: UTF8.self)
    }
}
