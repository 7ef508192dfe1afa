import Ledger
import Testing

/// Requests whose reservation is lost: an admission is answered before it survives a crash of the database's server.
@Suite struct LostReservationTests {
    private static let charge = PicoUSD(pico: 100 * 150_000 + 20 * 600_000)

    @Test(arguments: StoreKind.available)
    func isSettledFromTheCopyThatItsServerHas(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let keyID = try await ledger.addKey(role: .tenant, tenant: "acme").record.id
            let open = try await ledger.admit(.sample(1, keyID: keyID)).reservation
            let lost = try await admitAndLose(.sample(2, keyID: keyID), ledger)
            // What it is charged at is the price of its admission.
            _ = try await ledger.setPrice(
                model: "m", tier: .standard, base: .perToken(input: "0.001", output: "0.001"))
            test.clock.advance(ms: 5)
            await #expect(throws: LedgerError.settlement(.unknownReservation("chatcmpl-2"))) {
                try await ledger.settle(.sample(2, output: 20))
            }
            let before = try await ledger.meters()
            let settled = try await ledger.settle(.sample(2, output: 20, reservation: lost))
            #expect(!settled.wasSettled && settled.charge == Self.charge)
            #expect(try await ledger.allBalances()["tenant:acme"] == PicoUSD(pico: 1_000_000_000_000) - Self.charge)
            // Its part of the meters is lost with it: nothing is released, and what it cost is spent.
            var expected = before
            for id in expected.keys {
                #expect(expected[id]?.reserved == open.amount && expected[id]?.numOpen == 1, "\(id)")
                expected[id]?.spent += Self.charge
            }
            #expect(try await ledger.meters() == expected && expected.count == 2)
            try await expectVerified(ledger)
        }
    }

    @Test(arguments: StoreKind.available)
    func isNeverSettledTwice(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let lost = try await admitAndLose(.sample(1), ledger)
            let both = try await withThrowingTaskGroup(of: SettledRequest.self) { group in
                for output in [20, 20, 30] {
                    group.addTask { try await ledger.settle(.sample(1, output: output, reservation: lost)) }
                }
                return try await group.reduce(into: [SettledRequest]()) { $0.append($1) }
            }
            #expect(both.count { !$0.wasSettled } == 1)
            #expect(Set(both.map(\.charge)).count == 1)
            // Another server had settled it: by expiry, which always leaves a line.
            let expired = try await ledger.admit(.sample(2)).reservation
            test.clock.advance(ms: Ledger.leaseMs)
            #expect(try await ledger.expireReservations() == 1)
            let late = try await ledger.settle(.sample(2, output: 20, reservation: expired))
            #expect(late.wasSettled && late.charge == .zero)
            #expect(try await ledger.count("usage_lines") == 2)
            try await expectVerified(ledger)
        }
    }

    /// The database's own reservation counts where there is one, and no request is settled from another's.
    @Test(arguments: StoreKind.available)
    func theCopyCountsOnlyWhereItsReservationIsLost(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { _, ledger in
            let kept = try await ledger.admit(.sample(1)).reservation
            let other = SettlementRequest.sample(2, output: 20, reservation: kept)
            await #expect(throws: LedgerError.settlement(.unknownReservation("chatcmpl-2"))) {
                try await ledger.settle(other)
            }
            #expect(try await ledger.settle(.sample(1, output: 20, reservation: kept)).charge == Self.charge)
            let meter = try #require(try await ledger.meters()["tenant:acme"])
            #expect(meter.numOpen == 0 && meter.reserved == .zero && meter.spent == Self.charge)
            #expect(try await ledger.count("reservations") == 0)
        }
    }

    /// Admits a request and takes all that it changed out of the database, as a crash does.
    private func admitAndLose(_ request: AdmissionRequest, _ ledger: Ledger) async throws -> Reservation {
        try await ledger.database.write { _ = try $0.execute("CREATE TABLE kept AS SELECT * FROM meters") }
        let reservation = try await ledger.admit(request).reservation
        try await ledger.database.write { session in
            try session.execute("DELETE FROM reservations WHERE request_id = $1", [[.text(request.requestID)]])
            try session.execute("DELETE FROM meters")
            try session.execute("INSERT INTO meters SELECT * FROM kept")
        }
        return reservation
    }
}

/// What a test looks at of a `Meter`.
private struct MeterRow: Equatable {
    let reserved: PicoUSD
    let numOpen: Int64
    var spent: PicoUSD
    let requestsDebt: Int64
    let tokensDebt: Int64

    init(_ row: SQLRow) throws {
        reserved = PicoUSD(pico: try #require(Int128(try row.text(1))))
        numOpen = try row.integer(2)
        spent = PicoUSD(pico: try #require(Int128(try row.text(3))))
        (requestsDebt, tokensDebt) = (try row.integer(4), try row.integer(5))
    }
}

extension Ledger {
    /// Every meter, by its name.
    fileprivate func meters() async throws -> [String: MeterRow] {
        try await database.read { session in
            let columns = "id, reserved, open_requests, spent, requests_debt, tokens_debt"
            let rows = try session.query("SELECT \(columns) FROM meters")
            return try Dictionary(uniqueKeysWithValues: rows.map { (try $0.text(0), try MeterRow($0)) })
        }
    }
}
