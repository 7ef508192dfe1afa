import Ledger
import TestSupport
import Testing

@Suite struct AdmissionPolicyTests {
    private func policy(
        limits: Limits = Limits(), key: KeyRecord? = nil, balance: PicoUSD = .zero, creditLimit: PicoUSD? = .zero,
        isSuspended: Bool = false, price: AppliedPrice? = nil, nowMs: Int64 = 1_000_000
    ) -> AdmissionPolicy {
        let tenant = Tenant(
            id: "acme", name: "Acme", createdMs: 0, isSuspended: isSuspended, creditLimit: creditLimit, limits: limits)
        return AdmissionPolicy(tenant: tenant, key: key, balance: balance, price: price, nowMs: nowMs)
    }

    private func key(limits: Limits = Limits(), expiresMs: Int64? = nil, revokedMs: Int64? = nil) -> KeyRecord {
        KeyRecord(
            id: "glt_0", digest: [], role: .tenant, tenant: "acme", name: "", createdMs: 0, expiresMs: expiresMs,
            revokedMs: revokedMs, limits: limits)
    }

    private func refusal(of policy: AdmissionPolicy, _ request: AdmissionRequest = Sample.request()) -> Refusal? {
        var meters = (tenant: Meter(), key: Meter())
        do throws(Refusal) {
            _ = try policy.admit(request, meters: &meters, expiresMs: 0)
            return nil
        } catch {
            #expect(meters.tenant == Meter() && meters.key == Meter(), "a refusal changes nothing")
            return error
        }
    }

    /// With a balance for 500 requests, 1,000 at once overspend by nothing; once the first have been settled for
    /// less, others get in, until not a pico-USD that could pay for one more is left.
    @Test func noBalanceIsSpentTwice() throws {
        let price = try Sample.price()
        let most = price.maximumCharge(promptTokens: 100, maximumOutputTokens: 50)
        var balance = most * 500
        var meters = (tenant: Meter(), key: Meter())
        func admit() -> Admission? {
            try? policy(balance: balance, price: price).admit(Sample.request(), meters: &meters, expiresMs: 0)
        }
        let admitted = (0..<1000).compactMap { _ in admit() }
        #expect(admitted.count == 500 && meters.tenant.reserved == balance)
        #expect(
            refusal(of: policy(balance: .zero, price: price)) == .insufficientBalance(available: .zero, needed: most))
        let charge = price.charge(promptTokens: 100, cachedTokens: 100, outputTokens: 1)
        for admission in admitted {
            meters.tenant.release(admission.reservation, charge: charge, unusedTokens: 0, nowMs: 1_000_000)
            balance -= charge
        }
        #expect(meters.tenant.reserved == .zero && meters.tenant.numOpen == 0 && meters.tenant.spent == charge * 500)
        let again = (0..<1000).compactMap { _ in admit() }.count
        #expect(again == Int(balance.pico / most.pico) && again > 400)
    }

    @Test func creditCountsAsBalance() throws {
        let price = try Sample.price()
        let most = price.maximumCharge(promptTokens: 100, maximumOutputTokens: 50)
        #expect(refusal(of: policy(creditLimit: most, price: price)) == nil)
        #expect(refusal(of: policy(creditLimit: most - PicoUSD(pico: 1), price: price)) != nil)
        #expect(refusal(of: policy(balance: -most, creditLimit: nil, price: price)) == nil, "without limit")
        #expect(refusal(of: policy(balance: -most)) == nil, "a model without a price is free")
    }

    @Test func identitiesThatAreOverAreRefused() {
        #expect(refusal(of: policy(isSuspended: true)) == .suspended(tenant: "acme"))
        #expect(refusal(of: policy(key: key(revokedMs: 1))) == .keyRevoked("glt_0"))
        #expect(refusal(of: policy(key: key(expiresMs: 1_000_000))) == .keyExpired("glt_0"))
        #expect(refusal(of: policy(key: key(expiresMs: 1_000_001))) == nil)
    }

    @Test func eachLimitHoldsForTenantAndKey() throws {
        let price = try Sample.price()
        let most = price.maximumCharge(promptTokens: 100, maximumOutputTokens: 50)
        let cases: [(Limits, (Refusal.Scope) -> Refusal)] = [
            (Limits(models: ["other"]), { .modelNotAllowed("m", $0) }),
            (
                Limits(monthlyBudget: most - PicoUSD(pico: 1)),
                {
                    .budgetExhausted($0, budget: most - PicoUSD(pico: 1), left: most - PicoUSD(pico: 1), needed: most)
                }
            ),
            (Limits(tokensPerMinute: 149), { .beyondTokenRate($0, limit: 149, asked: 150) }),
        ]
        for (limits, expected) in cases {
            #expect(refusal(of: policy(limits: limits, creditLimit: nil, price: price)) == expected(.tenant))
            let both = policy(key: key(limits: limits), creditLimit: nil, price: price)
            #expect(refusal(of: both) == expected(.key))
        }
    }

    @Test func theSecondRequestMeetsTheLimitsOfTheFirst() throws {
        var meters = (tenant: Meter(), key: Meter())
        let policy = policy(
            limits: Limits(requestsPerMinute: 60, tokensPerMinute: 6000),
            key: key(limits: Limits(concurrentRequests: 1)))
        let first = try policy.admit(Sample.request(), meters: &meters, expiresMs: 5)
        #expect(first.requests == .init(limit: 60, remaining: 59, resetMs: 1000))
        #expect(first.tokens == .init(limit: 6000, remaining: 5850, resetMs: 1500))
        let before = meters
        #expect(throws: Refusal.tooManyAtOnce(.key, limit: 1)) {
            try policy.admit(Sample.request(), meters: &meters, expiresMs: 5)
        }
        #expect(meters.tenant == before.tenant && meters.key == before.key)
        meters.key.release(first.reservation, charge: .zero, unusedTokens: 0, nowMs: 1_000_000)
        #expect(throws: Never.self) { try policy.admit(Sample.request(), meters: &meters, expiresMs: 5) }
    }

    @Test func aMonthsBudgetIsWholeAgainInTheNext() throws {
        let price = try Sample.price()
        let most = price.maximumCharge(promptTokens: 100, maximumOutputTokens: 50)
        var meters = (tenant: Meter(), key: Meter())
        let month = CalendarMonth(year: 2026, month: 11)
        func admit(_ nowMs: Int64) throws(Refusal) -> Admission {
            try policy(limits: Limits(monthlyBudget: most), creditLimit: nil, price: price, nowMs: nowMs)
                .admit(Sample.request(), meters: &meters, expiresMs: 0)
        }
        let first = try admit(month.startMs)
        meters.tenant.release(first.reservation, charge: most, unusedTokens: 0, nowMs: month.startMs)
        #expect(throws: Refusal.budgetExhausted(.tenant, budget: most, left: .zero, needed: most)) {
            try admit(month.next.startMs - 1)
        }
        #expect(throws: Never.self) { try admit(month.next.startMs) }
    }

    @Test(arguments: [(-1, 1), (1, -1), (Int.max, 1), (1, Int.max), (1 << 41, 0)])
    func absurdCountsAreRefused(promptTokens: Int, outputTokens: Int) throws {
        let request = Sample.request(promptTokens: promptTokens, outputTokens: outputTokens)
        #expect(refusal(of: policy(creditLimit: nil, price: try Sample.price()), request) == .tooManyTokens)
    }

    @Test func moreMoneyThanALineHoldsIsRefused() throws {
        let request = Sample.request(promptTokens: 0, outputTokens: 10_000_000)
        let price = try Sample.price(output: 1_000_000_000_000)
        #expect(refusal(of: policy(creditLimit: nil, price: price), request) == .tooManyTokens)
    }
}
