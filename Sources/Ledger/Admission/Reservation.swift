/// A request that was admitted: the most that it can cost is set aside until it is settled.
package struct Reservation: Sendable, Hashable {
    package let request: AdmissionRequest
    /// The most that it can cost; what it is charged is never more.
    package let amount: PicoUSD
    /// nil for a model without a price: its tokens are counted and cost nothing.
    package let price: AppliedPrice?
    package let createdMs: Int64
    /// When it is settled from its last progress, if nobody has said more by then.
    package var expiresMs: Int64
    /// What was delivered so far, as far as it is safe.
    package var progress: [SegmentUsage]

    package init(
        request: AdmissionRequest, amount: PicoUSD, price: AppliedPrice?, createdMs: Int64, expiresMs: Int64,
        progress: [SegmentUsage] = []
    ) {
        self.request = request
        self.amount = amount
        self.price = price
        self.createdMs = createdMs
        self.expiresMs = expiresMs
        self.progress = progress
    }
}

/// Admission's yes.
package struct Admission: Sendable, Hashable {
    package let reservation: Reservation
    /// For the `x-ratelimit-*` headers: of tenant and key, whichever leaves less.
    package let requests: RateBucket.Level?
    package let tokens: RateBucket.Level?
}

/// Admission's no.
package enum Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// Whose limit it is.
    package enum Scope: String, Sendable { case tenant, key }

    case unknownTenant(String)
    case suspended(tenant: String)
    case keyRevoked(String)
    case keyExpired(String)
    case modelNotAllowed(String, Scope)
    case insufficientBalance(available: PicoUSD, needed: PicoUSD)
    case budgetExhausted(Scope, budget: PicoUSD, left: PicoUSD, needed: PicoUSD)
    case tooManyAtOnce(Scope, limit: Int)
    case requestRate(Scope, RateBucket.Level, retryAfterMs: Int64)
    case tokenRate(Scope, RateBucket.Level, asked: Int, retryAfterMs: Int64)
    /// More tokens than the limit of a minute: it can never run.
    case beyondTokenRate(Scope, limit: Int, asked: Int)
    case tooManyTokens

    package var description: String {
        switch self {
        case .unknownTenant(let id): "There is no tenant '\(id)'."
        case .suspended(let id): "The tenant '\(id)' is suspended."
        case .keyRevoked(let id): "The key \(id) was revoked."
        case .keyExpired(let id): "The key \(id) has expired."
        case .modelNotAllowed(let model, let scope): "This \(scope.rawValue) may not use the model '\(model)'."
        case .insufficientBalance(let available, let needed):
            "The balance leaves \(available) USD and this request can cost up to \(needed) USD: pay in, or lower "
                + "max_tokens."
        case .budgetExhausted(let scope, let budget, let left, let needed):
            "This \(scope.rawValue)'s budget of \(budget) USD a month leaves \(left) USD and this request can cost up "
                + "to \(needed) USD."
        case .tooManyAtOnce(let scope, let limit):
            "This \(scope.rawValue) may have \(limit) requests at once, and has: wait until one ends."
        case .requestRate(let scope, let level, let wait):
            "This \(scope.rawValue) may send \(level.limit) requests a minute: wait \(wait) ms."
        case .tokenRate(let scope, let level, let asked, let wait):
            "This \(scope.rawValue) may use \(level.limit) tokens a minute and this request asks for up to \(asked): "
                + "wait \(wait) ms."
        case .beyondTokenRate(let scope, let limit, let asked):
            "This request asks for up to \(asked) tokens and this \(scope.rawValue) may use \(limit) a minute: "
                + "shorten the prompt or lower max_tokens."
        case .tooManyTokens: "This request asks for more tokens than can be counted."
        }
    }
}
