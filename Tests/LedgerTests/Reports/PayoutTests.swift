import Ledger
import Testing

@Suite struct PayoutTests {
    /// The platform gives the operator something of its own.
    private static func earn(_ pico: Int128, _ ledger: Ledger, id: String, atMs: Int64) async throws {
        let draft = try EntryDraft(
            id: "request:" + id, kind: .usage, timeMs: atMs,
            postings: [Posting(.platform, PicoUSD(pico: -pico)), Posting(.operator("olga"), PicoUSD(pico: pico))])
        _ = try await ledger.post(draft)
    }

    private static let cent: Int128 = 10_000_000_000

    @Test(arguments: StoreKind.available) func wholeCentsArePaidOnceAndTheRestStays(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let month = CalendarMonth(containingMs: test.clock.nowMs)
            try await Self.earn(Self.cent * 7 + 3, ledger, id: "1", atMs: month.next.startMs - 1)
            // Of the next month.
            try await Self.earn(Self.cent * 5, ledger, id: "2", atMs: month.next.startMs)
            let due = try #require(try await ledger.payoutsDue(month: month).first)
            #expect(due.owed.pico == Self.cent * 7 + 3 && due.payable.pico == Self.cent * 7 && due.rest.pico == 3)
            #expect(due.operatorID == "olga" && due.paid == nil)
            for isFirst in [true, false] {
                let payout = try await ledger.payOut(operatorID: "olga", month: month)
                #expect(payout.amount.pico == Self.cent * 7 && payout.wasPaid == !isFirst)
            }
            let paid = try #require(try await ledger.payoutsDue(month: month).first)
            #expect(paid.paid?.pico == Self.cent * 7 && paid.payable == .zero && paid.rest.pico == 3)
            let next = try await ledger.payOut(operatorID: "olga", month: month.next)
            #expect(next.amount.pico == Self.cent * 5)
            #expect(try await ledger.allBalances()["operator:olga"]?.pico == 3)
        }
    }

    @Test(arguments: StoreKind.available) func lessThanTheMinimumWaits(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let month = CalendarMonth(containingMs: test.clock.nowMs)
            try await Self.earn(Self.cent * 3 - 1, ledger, id: "1", atMs: month.startMs)
            for minimum in [Self.cent * 3, Self.cent * 2 + 1] {
                let payout = try await ledger.payOut(
                    operatorID: "olga", month: month, minimum: PicoUSD(pico: minimum))
                #expect(payout.amount == .zero && !payout.wasPaid)
            }
            let payout = try await ledger.payOut(
                operatorID: "olga", month: month, minimum: PicoUSD(pico: Self.cent * 2))
            #expect(payout.amount.pico == Self.cent * 2)
            await #expect(throws: ReportError.unknownOperator("nobody")) {
                try await ledger.payOut(operatorID: "nobody", month: month)
            }
        }
    }

    /// What was taken back meanwhile is not paid, and a payout that was reversed is made again.
    @Test(arguments: StoreKind.available) func reversals(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let month = CalendarMonth(containingMs: test.clock.nowMs)
            try await Self.earn(Self.cent * 9, ledger, id: "1", atMs: month.startMs)
            try await Self.earn(Self.cent, ledger, id: "2", atMs: month.startMs)
            test.clock.advance(ms: month.next.startMs - test.clock.nowMs)
            _ = try await ledger.reverse(entryID: "request:1", id: "undo")
            #expect(try await ledger.payOut(operatorID: "olga", month: month).amount.pico == Self.cent)
            _ = try await ledger.reverse(entryID: "payout:olga:\(month)", id: "bounced")
            let due = try #require(try await ledger.payoutsDue(month: month).first)
            #expect(due.paid == nil && due.payable.pico == Self.cent)
            let again = try await ledger.payOut(operatorID: "olga", month: month)
            #expect(again.amount.pico == Self.cent && !again.wasPaid)
            #expect(try await ledger.payOut(operatorID: "olga", month: month).wasPaid)
            #expect(try await ledger.allBalances()["operator:olga"] ?? .zero == .zero)
        }
    }

    /// Both ask at once: one payout is made, and both are told of it.
    @Test(arguments: StoreKind.available) func twoAtOncePayOnce(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let month = CalendarMonth(containingMs: test.clock.nowMs)
            try await Self.earn(Self.cent * 9, ledger, id: "1", atMs: month.startMs)
            async let one = ledger.payOut(operatorID: "olga", month: month)
            async let other = ledger.payOut(operatorID: "olga", month: month)
            #expect(try await [one.amount.pico, other.amount.pico] == [Self.cent * 9, Self.cent * 9])
            #expect(try await ledger.allBalances()["operator:olga"] ?? .zero == .zero)
        }
    }
}
