/// Decides on admission: a pure function of what is known at that moment. Nothing changes on a refusal.
package struct AdmissionPolicy {
    /// One side whose limits hold: the tenant, or the key.
    fileprivate struct Party {
        let scope: Refusal.Scope
        let limits: Limits
        var meter: Meter
    }

    private let tenant: Tenant
    private let key: KeyRecord?
    private let balance: PicoUSD
    private let price: AppliedPrice?
    private let nowMs: Int64

    /// - Parameters:
    ///   - key: nil where none is needed.
    ///   - price: nil for a model without one, which is free.
    package init(tenant: Tenant, key: KeyRecord?, balance: PicoUSD, price: AppliedPrice?, nowMs: Int64) {
        self.tenant = tenant
        self.key = key
        self.balance = balance
        self.price = price
        self.nowMs = nowMs
    }

    /// - Parameter meters: of the tenant and, if there is one, of the key; holds the request afterwards.
    package func admit(
        _ request: AdmissionRequest, meters: inout (tenant: Meter, key: Meter), expiresMs: Int64
    ) throws(Refusal) -> Admission {
        try checkIdentity(request)
        let range = 0...AdmissionRequest.maximumTokens
        guard range.contains(request.promptTokens), range.contains(request.outputTokens) else { throw .tooManyTokens }
        let amount =
            price?.maximumCharge(promptTokens: request.promptTokens, maximumOutputTokens: request.outputTokens) ?? .zero
        // What a line of usage can hold: 9.2 million USD.
        guard amount.pico <= Int128(Int64.max) else { throw .tooManyTokens }
        var parties = [Party(scope: .tenant, limits: tenant.limits, meter: meters.tenant)]
        if let key { parties.append(Party(scope: .key, limits: key.limits, meter: meters.key)) }
        for index in parties.indices { try parties[index].reserve(request, amount, nowMs: nowMs) }
        try checkBalance(amount, reserved: meters.tenant.reserved)
        meters.tenant = parties[0].meter
        if parties.count > 1 { meters.key = parties[1].meter }
        return Admission(
            reservation: Reservation(
                request: request, amount: amount, price: price, createdMs: nowMs, expiresMs: expiresMs),
            requests: tightest(parties.compactMap { $0.requestLevel(nowMs) }),
            tokens: tightest(parties.compactMap { $0.tokenLevel(nowMs) }))
    }

    private func checkIdentity(_ request: AdmissionRequest) throws(Refusal) {
        guard !tenant.isSuspended else { throw .suspended(tenant: tenant.id) }
        guard let key else { return }
        guard key.revokedMs == nil else { throw .keyRevoked(key.id) }
        if let expiresMs = key.expiresMs, expiresMs <= nowMs { throw .keyExpired(key.id) }
    }

    private func checkBalance(_ amount: PicoUSD, reserved: PicoUSD) throws(Refusal) {
        guard amount > .zero, let creditLimit = tenant.creditLimit else { return }
        let available = balance + creditLimit - reserved
        guard amount <= available else { throw .insufficientBalance(available: max(available, .zero), needed: amount) }
    }

    private func tightest(_ levels: [RateBucket.Level]) -> RateBucket.Level? {
        levels.min { $0.remaining < $1.remaining }
    }
}

extension AdmissionPolicy.Party {
    fileprivate mutating func reserve(_ request: AdmissionRequest, _ amount: PicoUSD, nowMs: Int64) throws(Refusal) {
        guard limits.models?.contains(request.model) ?? true else { throw .modelNotAllowed(request.model, scope) }
        meter.enter(monthOf: nowMs)
        if let limit = limits.concurrentRequests, meter.numOpen >= limit { throw .tooManyAtOnce(scope, limit: limit) }
        if let budget = limits.monthlyBudget {
            let left = budget - meter.spent - meter.reserved
            guard amount <= left else {
                throw .budgetExhausted(scope, budget: budget, left: max(left, .zero), needed: amount)
            }
        }
        try takeRates(request, nowMs: nowMs)
        meter.reserved += amount
        meter.numOpen += 1
    }

    private mutating func takeRates(_ request: AdmissionRequest, nowMs: Int64) throws(Refusal) {
        if let limit = limits.requestsPerMinute, let wait = meter.requests.take(1, limit: limit, nowMs: nowMs) {
            throw .requestRate(scope, meter.requests.level(limit: limit, nowMs: nowMs), retryAfterMs: wait)
        }
        guard let limit = limits.tokensPerMinute else { return }
        guard request.tokens <= limit else { throw .beyondTokenRate(scope, limit: limit, asked: request.tokens) }
        if let wait = meter.tokens.take(request.tokens, limit: limit, nowMs: nowMs) {
            throw .tokenRate(
                scope, meter.tokens.level(limit: limit, nowMs: nowMs), asked: request.tokens, retryAfterMs: wait)
        }
    }

    fileprivate func requestLevel(_ nowMs: Int64) -> RateBucket.Level? {
        limits.requestsPerMinute.map { meter.requests.level(limit: $0, nowMs: nowMs) }
    }

    fileprivate func tokenLevel(_ nowMs: Int64) -> RateBucket.Level? {
        limits.tokensPerMinute.map { meter.tokens.level(limit: $0, nowMs: nowMs) }
    }
}
