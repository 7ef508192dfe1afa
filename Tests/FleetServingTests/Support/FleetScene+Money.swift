import Ledger
import Testing

extension FleetScene {
    /// Checks that the ledger agrees with itself, and that it counts what clients were given.
    func expectCharges(
        _ streams: [Transcript], _ answers: [APIClient.Answer] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let given = streams + answers.map { Transcript(whole: $0.body) }
        let report = try await verified()
        #expect(report.discrepancy == nil, sourceLocation: sourceLocation)
        #expect(report.totals.requests == given.count, sourceLocation: sourceLocation)
        let (prompt, output) = (report.totals.promptTokens, report.totals.outputTokens)
        #expect(prompt == given.reduce(0) { $0 + $1.promptTokens }, sourceLocation: sourceLocation)
        #expect(output == given.reduce(0) { $0 + $1.completionTokens }, sourceLocation: sourceLocation)
        #expect(report.totals.charged == report.totals.posted, sourceLocation: sourceLocation)
    }

    /// What a whole check of the ledger finds.
    func verified() async throws -> VerificationReport { try await withLedger { try await $0.verify() } }

    /// Everything that was used.
    func usageLines() async throws -> [UsageLine] {
        try await withLedger { ledger in
            try await ledger.usageLines(tenant: "local", startMs: 0, endMs: .max, limit: 10_000).lines.map(\.line)
        }
    }

    /// All that the ledger has about one request that is over; waits until it is settled.
    func trace(_ id: String) async throws -> RequestTrace {
        try await withLedger { ledger in
            var trace: RequestTrace?
            try await eventually {
                trace = try await ledger.trace(requestID: id)
                return trace?.lines.isEmpty == false
            }
            guard let trace else { throw DidNotHappen(what: "a settlement") }
            return trace
        }
    }
}
