import Foundation
import JSON
import Ledger
import TestSupport
import Testing

extension FleetServing {
    /// The real programs, and what the system can do to them.
    @Suite(.timeLimit(.minutes(10))) struct ProcessTests {
        /// 100 steps a second at most, so that an answer lasts until it has been disturbed.
        private static let profile = """
            {"name":"test","prefill_tokens_per_second":1000000,"step_seconds":0.01,"kv_tokens":65536,"context_tokens":16384}
            """

        private static func worker(_ scene: FleetScene, port: Int = 0) async throws -> FleetProcess {
            let file = scene.folder.appendingPathComponent("profile.json")
            try Data(profile.utf8).write(to: file)
            return try await scene.process([
                "worker", "--simulate", file.path, "--name", TestWorker.model, "--port", "\(port)",
            ])
        }

        private static func gateway(_ scene: FleetScene, _ workers: [FleetProcess]) async throws -> FleetProcess {
            try await scene.process([
                "gateway", "--workers", workers.map(\.address).joined(separator: ","), "--port", "0",
            ])
        }

        /// Two of three workers are killed or stopped where they stand, in the middle of answers.
        @Test(arguments: [[SIGKILL, SIGSTOP], [SIGTERM, SIGKILL]])
        func answersOutliveTheirProcesses(_ signals: [Int32]) async throws {
            try await FleetScene.run { scene in
                var workers: [FleetProcess] = []
                for _ in 0..<3 { workers.append(try await Self.worker(scene)) }
                let gateway = try await Self.gateway(scene, workers)
                let requests = (0..<6).map { completion("process \($0)", tokens: 150, [("seed", .int($0))]) }
                let given = try await withThrowingTaskGroup(of: Transcript.self) { group in
                    for request in requests {
                        group.addTask {
                            let transcript = try await gateway.api.transcript(completions, request)
                            #expect(transcript == (try await BareWorker.transcript(completions, request)))
                            return transcript
                        }
                    }
                    for (worker, signal) in zip(workers, signals) {
                        try await eventually { try await worker.isGenerating }
                        worker.send(signal)
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(given.count == requests.count)
                try await scene.expectCharges(given)
                let lines = try await scene.usageLines()
                #expect(lines.contains { $0.segment.index > 0 && $0.segment.replayedTokens > 0 })
                for (line, others) in Dictionary(grouping: lines, by: \.requestID) {
                    #expect(others.compactMap(\.entryID).count == others.count, "\(line)")
                    #expect(Set(others.compactMap(\.entryID)).count == 1, "one charge of \(line)")
                }
            }
        }

        /// A gateway dies in the middle of an answer. What it had reserved is settled by another, and the client can ask
        /// again under the same key.
        @Test func aKilledGatewaysRequestIsSettledAndCanBeAskedAgain() async throws {
            try await FleetScene.run { scene in
                let worker = try await Self.worker(scene)
                let first = try await Self.gateway(scene, [worker])
                let request = completion("again", tokens: 150)
                let key = [("idempotency-key", "the-same-request")]
                var reader = try await first.api.stream(completions, request, headers: key)
                try await reader.read(characters: 20)
                first.send(SIGKILL)
                await #expect(throws: (any Error).self) { try await reader.rest() }
                // A minute later: the lease of the reservation and of the key have run out.
                let second = try await scene.gateway([worker.address]) { $0.aheadMs = 61_000 }
                let open = try #require(try await second.ledger.trace(requestID: reader.generationID))
                #expect(open.reservation != nil && open.lines.isEmpty)
                #expect(try await second.ledger.expireReservations() == 1)
                let lines = try await scene.trace(reader.generationID).lines
                #expect(lines.allSatisfy { $0.outcome == .expired } && !lines.isEmpty)
                let answer = try await second.api.transcript(completions, request, headers: key)
                #expect(answer == (try await BareWorker.transcript(completions, request)))
                // And once more: the answer that was kept, which costs nothing.
                let kept = try await second.api.transcript(completions, request, headers: key)
                #expect(kept == answer)
                let report = try await scene.verified()
                #expect(report.discrepancy == nil && report.totals.requests == 2)
                #expect(try await scene.usageLines().count { $0.outcome == .completed } == 1)
            }
        }
    }
}
