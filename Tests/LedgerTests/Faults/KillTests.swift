import Ledger
import TestSupport
import Testing

/// Gateways that are killed in the middle of everything.
@Suite(.serialized, .timeLimit(.minutes(10))) struct KillTests {
    private static let rounds = 200

    @Test(arguments: StoreKind.available)
    func nothingAcknowledgedIsLostAndNothingDoubled(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "1000") { test, ledger in
            var acknowledged = LoadProcess.Acknowledged()
            var random = SeededGenerator(seed: 42)
            let load = LoadProcess(place: test.store.place)
            for round in 0..<Self.rounds {
                let answers = Int.random(in: 0..<150, using: &random)
                try await load.run(round: round, nowMs: test.clock.nowMs, answers: answers, into: &acknowledged)
            }
            #expect(acknowledged.strange.isEmpty)
            #expect(acknowledged.settled.count > Self.rounds)
            try await expectKept(acknowledged, ledger)
            try await expectVerified(ledger)
            try await expectSettledAgainChangesNothing(acknowledged, ledger)
            try await expectLeftBehindSettles(acknowledged, test, ledger)
            try await expectVerified(ledger)
        }
    }

    private func expectKept(_ acknowledged: LoadProcess.Acknowledged, _ ledger: Ledger) async throws {
        let charges = try await ledger.charges()
        for (id, charge) in acknowledged.settled { #expect(charges[id] == charge, "request \(id)") }
        let deposits = try await ledger.depositIDs()
        #expect(Set(deposits).count == deposits.count)
        #expect(acknowledged.deposits.map { "deposit:" + $0 }.filter { !deposits.contains($0) } == [])
        let reserved = try await ledger.reservedIDs()
        #expect(acknowledged.admitted.filter { !reserved.contains($0) && charges[$0] == nil } == [])
        // What the tenant has is what it paid in less what all its requests cost: nothing was charged twice.
        let paid = Int128(deposits.count - 1) * 1_000_000_000 + 1_000_000_000_000_000
        let spent = charges.values.reduce(.zero, +)
        #expect(try await ledger.allBalances()["tenant:acme"] == PicoUSD(pico: paid) - spent)
    }

    private func expectSettledAgainChangesNothing(
        _ acknowledged: LoadProcess.Acknowledged, _ ledger: Ledger
    ) async throws {
        let before = try await ledger.count("entries")
        for (id, charge) in acknowledged.settled.prefix(200) {
            let segment = SegmentUsage(worker: "w", pool: "east", promptTokens: 100, outputTokens: 1)
            let again = SettlementRequest(requestID: id, outcome: .completed, segments: [segment])
            let settled = try await ledger.settle(again)
            #expect(settled.wasSettled && settled.charge == charge)
        }
        #expect(try await ledger.count("entries") == before)
    }

    /// Every request that nobody settled is charged at least what its server last noted.
    private func expectLeftBehindSettles(
        _ acknowledged: LoadProcess.Acknowledged, _ test: TestLedger, _ ledger: Ledger
    ) async throws {
        #expect(try await ledger.expireReservations() == 0)
        let open = try await ledger.reservedIDs()
        #expect(!open.isEmpty)
        test.clock.advance(ms: Ledger.leaseMs)
        while try await ledger.expireReservations() > 0 {}
        #expect(try await ledger.count("reservations") == 0)
        let charges = try await ledger.charges()
        for id in open {
            let least = acknowledged.noted[id].map { 100 * 150_000 + $0 * 600_000 } ?? 0
            #expect(charges[id].map { $0 >= PicoUSD(pico: Int128(least)) } == true, "request \(id)")
        }
    }
}

/// All books agree.
func expectVerified(_ ledger: Ledger, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let report = try await ledger.verify()
    #expect(report.isSound, "\(String(describing: report.discrepancy))", sourceLocation: sourceLocation)
}

extension Ledger {
    /// What every settled request was charged.
    func charges() async throws -> [String: PicoUSD] {
        try await database.read { session in
            var charges: [String: PicoUSD] = [:]
            try session.forEach("SELECT request_id, charge FROM usage_lines", []) { row in
                charges[try row.text(0), default: .zero] += PicoUSD(pico: Int128(try row.integer(1)))
            }
            return charges
        }
    }

    func depositIDs() async throws -> [String] {
        try await database.read { try $0.query("SELECT id FROM entries WHERE kind = 'deposit'").map { try $0.text(0) } }
    }

    func reservedIDs() async throws -> Set<String> {
        Set(try await database.read { try $0.query("SELECT request_id FROM reservations").map { try $0.text(0) } })
    }
}
