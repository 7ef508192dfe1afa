import Ledger
import PrivatePostgreSQL
import Testing

extension FleetServing {
    /// PostgreSQL is gone for a while: what runs ends well, what is new is refused, and afterwards nothing is missing.
    @Suite(.enabled(if: PrivatePostgreSQL.isAvailable), .timeLimit(.minutes(10))) struct OutageTests {
        @Test func whatRunsOutlivesTheDatabase() async throws {
            let server = try await PrivatePostgreSQL.start()
            let database = try await server.makeDatabase()
            try await FleetScene.run(on: try DatabaseLocation(server.url(of: database))) { scene in
                let gate = StepGate(allowing: 12)
                let worker = try await scene.worker(.init(clock: gate))
                let gateway = try await scene.gateway([worker.url])
                let expected = try await BareWorker.transcript(completions, completion("outage"))
                var reader = try await gateway.api.stream(completions, completion("outage"))
                try await reader.read(characters: 5)
                try await server.kill()
                gate.open()
                let refused = try await gateway.api.post(completions, whole(completion("new")))
                #expect(refused.status == 503 && refused["retry-after"] != nil)
                // The stream ends though its settlement waits.
                let transcript = try await reader.rest()
                #expect(transcript == expected, "\(transcript) instead of \(expected)")
                #expect(gateway.metric("gleaner:settlements_pending") > 0)
                #expect(try await gateway.api.get("/health").status == 200)
                try await server.start()
                try await eventually { gateway.metric("gleaner:settlements_pending") == 0 }
                let next = try await gateway.api.post(completions, whole(completion("outage")))
                #expect(next.status == 200 && Transcript(whole: next.body) == expected)
                let lines = try await scene.trace(reader.generationID).lines
                #expect(lines.count == 1 && lines[0].outcome == .completed)
                let report = try await scene.verified()
                #expect(report.discrepancy == nil && report.totals.outputTokens == 2 * expected.completionTokens)
            }
            try await server.stopImmediately()
        }
    }
}
