import JSON
import Ledger
import Testing

/// A line of usage says how exactly its worker took up the answer.
@Suite struct BeginningTests {
    private static let ways: [SegmentUsage.Beginning?] = SegmentUsage.Beginning.allCases + [nil]

    private static func segments() -> [SegmentUsage] {
        ways.enumerated().map { index, began in
            SegmentUsage(
                index: index, worker: "w\(index)", pool: "east", promptTokens: index == 0 ? 9 : 0, outputTokens: 1,
                began: began)
        }
    }

    private static func lines(_ ledger: Ledger) async throws -> [SegmentUsage.Beginning?] {
        try await ledger.allLines(["acme"]).map(\.line.segment.began)
    }

    /// Settled at once, and from the progress that a dead server kept.
    @Test(arguments: StoreKind.available) func itIsKept(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            for number in 0..<2 { _ = try await ledger.admit(.sample(number)) }
            _ = try await ledger.settle(
                SettlementRequest(requestID: "chatcmpl-0", outcome: .completed, segments: Self.segments()))
            try await ledger.note(Self.segments(), of: "chatcmpl-1")
            test.clock.advance(ms: Ledger.leaseMs)
            #expect(try await ledger.expireReservations() == 1)
            #expect(try await Self.lines(ledger) == Self.ways + Self.ways)
            let trace = try await ledger.trace(requestID: "chatcmpl-1")
            #expect(trace?.lines.map(\.segment.began) == Self.ways)
            let exported = try await ledger.allLines(["acme"]).map { try JSON.parse(UsageExport.json($0))["began"] }
            #expect(exported.prefix(Self.ways.count) == ["first", "exact", "tokens", "text", .null])
            try await expectVerified(ledger)
        }
    }

    /// A database of before gets the column; its lines do not say.
    @Test(arguments: StoreKind.available) func oldLinesDoNotSay(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            for number in 0..<2 { _ = try await ledger.admit(.sample(number)) }
            _ = try await ledger.settle(.sample(0, output: 5))
            try await ledger.note(SettlementRequest.sample(1, output: 5).segments, of: "chatcmpl-1")
            let database = try test.store.open()
            try await database.write { session in
                _ = try session.execute("ALTER TABLE usage_lines DROP COLUMN began")
                _ = try session.execute("DELETE FROM schema_migrations WHERE number = 2")
                _ = try session.execute("UPDATE reservations SET progress = REPLACE(progress, ',\"first\"', '')")
            }
            await database.close()
            test.clock.advance(ms: Ledger.leaseMs)
            try await test.open { ledger in
                #expect(try await ledger.expireReservations() == 1)
                #expect(try await Self.lines(ledger) == [nil, nil])
                _ = try await ledger.admit(.sample(2))
                _ = try await ledger.settle(.sample(2, output: 5))
                #expect(try await Self.lines(ledger) == [nil, nil, .first])
                try await expectVerified(ledger)
            }
        }
    }
}
