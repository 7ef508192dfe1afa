import Ledger
import Testing

/// Statements follow each other without a gap, and agree with usage, postings and balances.
@Suite struct StatementTests {
    @Test(arguments: StoreKind.available) func tenants(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "5") { test, ledger in
            let first = CalendarMonth(containingMs: test.clock.nowMs)
            _ = try await RandomDay.run(seed: 31, stepMs: 86_400_000 * 2, test, ledger)
            let lines = try await ledger.allLines().map(\.line)
            let balances = try await ledger.allBalances()
            for tenant in ["acme", "beta"] {
                var (month, balance, usage) = (first, PicoUSD.zero, 0)
                while month <= CalendarMonth(containingMs: test.clock.nowMs) {
                    let statement = try await ledger.statement(tenant: tenant, month: month)
                    #expect(statement.agrees && statement.opening == balance)
                    let inMonth = lines.filter {
                        $0.tenant == tenant && CalendarMonth(containingMs: $0.endedMs) == month
                    }
                    #expect(statement.usageCharged == inMonth.reduce(.zero) { $0 + $1.charge })
                    for line in statement.usage { try Self.check(line, inMonth) }
                    usage += statement.usage.reduce(0) { $0 + $1.requests }
                    balance = statement.closing
                    month = month.next
                }
                #expect(balance == balances["tenant:" + tenant] ?? .zero)
                #expect(usage == Set(lines.filter { $0.tenant == tenant }.map(\.requestID)).count)
            }
        }
    }

    private static func check(_ usage: StatementUsage, _ lines: [UsageLine]) throws {
        let lines = lines.filter {
            $0.model == usage.model && $0.tier == usage.tier && $0.priceVersion == usage.priceVersion
        }
        #expect(!lines.isEmpty)
        #expect(usage.charge == lines.reduce(.zero) { $0 + $1.charge })
        #expect(usage.promptTokens == lines.reduce(0) { $0 + $1.segment.promptTokens })
        #expect(usage.cachedTokens == lines.reduce(0) { $0 + $1.segment.cachedTokens })
        #expect(usage.outputTokens == lines.reduce(0) { $0 + $1.segment.outputTokens })
    }

    @Test(arguments: StoreKind.available) func operators(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "5") { test, ledger in
            let first = CalendarMonth(containingMs: test.clock.nowMs)
            _ = try await RandomDay.run(seed: 32, stepMs: 86_400_000 * 2, test, ledger)
            let lines = try await ledger.allLines().map(\.line)
            let balances = try await ledger.allBalances()
            for id in ["olga", "otto"] {
                var (month, balance) = (first, PicoUSD.zero)
                while month <= CalendarMonth(containingMs: test.clock.nowMs) {
                    let statement = try await ledger.statement(operatorID: id, month: month)
                    #expect(statement.agrees && statement.opening == balance)
                    for earnings in statement.earnings {
                        let served = lines.filter {
                            $0.operatorID == id && $0.segment.pool == earnings.pool
                                && CalendarMonth(containingMs: $0.endedMs) == month
                        }
                        #expect(earnings.earned == served.reduce(.zero) { $0 + $1.earned })
                        #expect(earnings.replayPay == served.reduce(.zero) { $0 + $1.replayPay })
                    }
                    balance = statement.closing
                    month = month.next
                }
                #expect(balance == balances["operator:" + id] && balance > .zero)
            }
        }
    }

    @Test(arguments: StoreKind.available) func movementsAreListed(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "1") { test, ledger in
            let month = CalendarMonth(containingMs: test.clock.nowMs)
            let one = try #require(PicoUSD(decimal: "1"))
            _ = try await ledger.reverse(entryID: "deposit:start", id: "undo")
            let statement = try await ledger.statement(tenant: "acme", month: month)
            #expect(statement.movements.map(\.entryID) == ["deposit:start", "undo"])
            #expect(statement.movements.map(\.kind) == [.deposit, .reversal])
            #expect(statement.movements.map(\.amount) == [one, -one])
            #expect(statement.movements.map(\.reverses) == [nil, "deposit:start"])
            #expect(statement.closing == .zero && statement.agrees)
            await #expect(throws: ReportError.unknownTenant("nobody")) {
                try await ledger.statement(tenant: "nobody", month: month)
            }
            await #expect(throws: ReportError.unknownOperator("nobody")) {
                try await ledger.statement(operatorID: "nobody", month: month)
            }
            #expect(try await ledger.statement(operatorID: "olga", month: month).closing == .zero)
            let names = try await ledger.balances(prefix: "tenant:").map(\.account)
            #expect(names == ["tenant:acme"])
            // A prefix is no pattern.
            #expect(try await ledger.balances(prefix: "%").isEmpty)
            #expect(try await ledger.balances().map(\.account) == ["outside:deposits", "tenant:acme"])
        }
    }
}
