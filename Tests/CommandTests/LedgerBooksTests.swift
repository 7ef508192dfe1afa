import Foundation
import JSON
import Ledger
import Testing

@Suite struct LedgerBooksTests {
    /// This month, in which the tests' requests are served.
    private var month: String { CalendarMonth(containingMs: Int64(Date().timeIntervalSince1970 * 1000)).description }

    @Test func anOperatorIsPaidOnceAMonthInWholeCents() async throws {
        try await LedgerHome.with { home in
            try await home.setUp()
            // 25,000 × 0.15 + 25,000 × 0.60 USD a million, of which four fifths are 0.015 USD.
            try await home.withLedger { ledger in
                _ = try await ledger.admit(
                    AdmissionRequest(
                        requestID: "r", tenant: "acme", keyID: nil, model: "m", tier: .standard, promptTokens: 25_000,
                        outputTokens: 25_000))
                _ = try await ledger.settle(
                    SettlementRequest(
                        requestID: "r", outcome: .completed,
                        segments: [SegmentUsage(worker: "w", pool: "farm", promptTokens: 25_000, outputTokens: 25_000)])
                )
            }
            let due = try await home.json("payouts", "list", "--month", month).array?.first
            #expect(due?["operator"]?.string == "alice" && due?["owed"]?.string == "0.015")
            #expect(
                due?["payable"]?.string == "0.01" && due?["rest"]?.string == "0.005" && due?["paid"]?.isNull == true)
            for result in ["paid now", "paid before"] {
                let paid = try await home.json("payouts", "pay", "alice", "--month", month).array?.first
                #expect(paid?["amount"]?.string == "0.01" && paid?["result"]?.string == result)
            }
            let taken = try await home.json("ledger", "reverse", "payout:alice:\(month)", "--id", "bounced")
            #expect(taken["reverses"]?.string == "payout:alice:\(month)")
            let again = try await home.json("payouts", "pay", "--all", "--month", month, "--minimum", "0.02").array?
                .first
            #expect(again?["result"]?.string == "nothing due")
            let balance = try await home.json("ledger", "balances", "--account", "operator:").array?.first
            #expect(balance?["balance"]?.string == "0.015")
        }
    }

    @Test func anEntryIsTakenBackOnce() async throws {
        try await LedgerHome.with { home in
            try await home.setUp()
            let reversal = try await home.json("ledger", "reverse", "1", "--id", "typo")
            #expect(reversal["reverses"]?.string == "deposit:first")
            #expect(try await home.json("ledger", "show", "deposit:first")["reversed_by"]?.string == "typo")
            let again = try await home.gleaner("ledger", "reverse", "deposit:first", "--id", "typo")
            #expect(again.status == 0 && again.errors.contains("Nothing changed"))
            let other = try await home.gleaner("ledger", "reverse", "deposit:first", "--id", "other")
            #expect(other.status == 1 && other.errors.contains("by 'typo'"))
            #expect(try await home.json("tenants", "show", "acme")["balance"]?.string == "0")
        }
    }

    @Test func verifyPassesOrNamesTheFirstLineThatIsWrong() async throws {
        try await LedgerHome.with { home in
            try await home.setUp()
            try await home.serve("r1")
            let sound = try await home.gleaner("ledger", "verify")
            #expect(sound.status == 0 && sound.text.hasSuffix("All are equal.\n"), "\(sound.text)\(sound.errors)")
            let report = try await home.json("ledger", "verify")
            #expect(report["is_sound"]?.bool == true && report["totals"]?["charged"]?.string == "0.000024")
            #expect(report["totals"]?["posted"] == report["totals"]?["charged"])

            try await home.withLedger { ledger in
                try await ledger.database.write {
                    _ = try $0.execute("UPDATE usage_lines SET output_tokens = output_tokens + 1")
                }
            }
            let wrong = try await home.gleaner("ledger", "verify")
            #expect(wrong.status == 1 && wrong.text.contains("NOT EQUAL") && wrong.text.contains("'r1'"))
            try Data("no database, whatever its name says".utf8).write(to: URL(fileURLWithPath: home.home + "/x.db"))
            let none = try await home.gleaner("ledger", "verify", "--database", home.home + "/x.db")
            #expect(none.status == 2 && none.output.isEmpty && none.errors.hasPrefix("Error: "))
        }
    }
}
