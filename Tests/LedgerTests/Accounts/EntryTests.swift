import Ledger
import TestSupport
import Testing

@Suite struct EntryTests {
    private func usd(_ text: String) throws -> PicoUSD { try #require(PicoUSD(decimal: text)) }

    @Test func whatDoesNotBalanceIsNoEntry() throws {
        let postings = [Posting(.tenant("a"), try usd("-1")), Posting(.operator("o"), try usd("0.999999999999"))]
        #expect(throws: EntryError.unbalanced(id: "x", by: PicoUSD(pico: -1))) {
            try EntryDraft(id: "x", kind: .usage, timeMs: 1, postings: postings)
        }
    }

    @Test func whatMovesNothingIsNoEntry() throws {
        let postings = [Posting(.platform, try usd("1")), Posting(.platform, try usd("-1")), Posting(.replay, .zero)]
        #expect(throws: EntryError.empty(id: "x")) {
            try EntryDraft(id: "x", kind: .usage, timeMs: 1, postings: postings)
        }
        #expect(throws: EntryError.empty(id: "x")) { try EntryDraft(id: "x", kind: .usage, timeMs: 1, postings: []) }
    }

    @Test(arguments: ["", String(repeating: "x", count: 201)]) func idsAreBounded(id: String) {
        #expect(throws: EntryError.badID(id)) { try EntryDraft(id: id, kind: .usage, timeMs: 1, postings: []) }
    }

    @Test func aReversalTakesEverythingBack() throws {
        let one = try usd("1")
        let draft = try EntryDraft(
            id: "deposit:1", kind: .deposit, timeMs: 1,
            postings: [Posting(.deposits, -one), Posting(.tenant("a"), one)])
        let reversal = try draft.reversal(id: "reversal:1", timeMs: 2)
        #expect(reversal.reverses == "deposit:1" && reversal.kind == .reversal)
        #expect(reversal.postings == [Posting(.deposits, one), Posting(.tenant("a"), -one)])
    }

    @Test(arguments: [
        Account.tenant("acme"), .operator("dc-1"), .platform, .replay, .rounding, .deposits, .payouts, .tenant("a:b"),
    ])
    func namesOfAccountsRoundTrip(account: Account) { #expect(Account(name: account.name) == account) }

    @Test(arguments: ["", "tenant:", "operator:", "platform", "tenants:a", "outside:deposits "])
    func otherNamesAreNoAccounts(name: String) { #expect(Account(name: name) == nil) }
}

@Suite struct HashChainTests {
    private func drafts(_ count: Int) throws -> [EntryDraft] {
        try (0..<count).map { number in
            let amount = PicoUSD(pico: Int128(number) * 1000 + 1)
            return try EntryDraft(
                id: "request:\(number)", kind: .usage, timeMs: Int64(number),
                postings: [Posting(.tenant("a"), -amount), Posting(.platform, amount)])
        }
    }

    private func head(of drafts: [EntryDraft]) -> [UInt8] {
        var chain = HashChain.empty
        for draft in drafts { _ = chain.append(draft) }
        return chain.head
    }

    @Test func everyChangeOfAnOldEntryChangesTheHead() throws {
        let drafts = try drafts(8)
        let head = head(of: drafts)
        #expect(self.head(of: drafts) == head)
        let amount = PicoUSD(pico: 7)
        let changed: [(EntryDraft) throws -> EntryDraft] = [
            { try EntryDraft(id: $0.id + "x", kind: $0.kind, timeMs: $0.timeMs, postings: $0.postings) },
            { try EntryDraft(id: $0.id, kind: .payout, timeMs: $0.timeMs, postings: $0.postings) },
            { try EntryDraft(id: $0.id, kind: $0.kind, timeMs: $0.timeMs + 1, postings: $0.postings) },
            {
                try EntryDraft(
                    id: $0.id, kind: $0.kind, timeMs: $0.timeMs, reverses: "request:0", postings: $0.postings)
            },
            {
                try EntryDraft(
                    id: $0.id, kind: $0.kind, timeMs: $0.timeMs,
                    postings: [Posting(.tenant("a"), -amount), Posting(.platform, amount)])
            },
            {
                try EntryDraft(
                    id: $0.id, kind: $0.kind, timeMs: $0.timeMs,
                    postings: $0.postings.map { Posting($0.account == .platform ? .replay : $0.account, $0.amount) })
            },
        ]
        for place in drafts.indices {
            for change in changed {
                var others = drafts
                others[place] = try change(drafts[place])
                #expect(self.head(of: others) != head, "\(others[place])")
            }
            #expect(self.head(of: drafts.enumerated().filter { $0.offset != place }.map(\.element)) != head)
        }
        var swapped = drafts
        swapped.swapAt(2, 5)
        #expect(self.head(of: swapped) != head)
    }

    /// Fields are told apart by their lengths: moving a character from one to the next is another entry.
    @Test func fieldsDoNotRunTogether() throws {
        let one = PicoUSD(pico: 1)
        let postings = [Posting(.tenant("a"), -one), Posting(.platform, one)]
        let first = try EntryDraft(id: "ab", kind: .usage, timeMs: 1, reverses: "c", postings: postings)
        let other = try EntryDraft(id: "a", kind: .usage, timeMs: 1, reverses: "bc", postings: postings)
        #expect(head(of: [first]) != head(of: [other]))
    }

    @Test func numbersHaveNoGaps() throws {
        var chain = HashChain.empty
        for (place, draft) in try drafts(5).enumerated() { #expect(chain.append(draft).number == Int64(place + 1)) }
    }
}
