import HTTPTypes
import Ledger
import OpenAI
import WebServer

extension RequestRefusal {
    /// When to ask again where nobody can know when one of the running requests ends.
    private static let unknownWaitMs: Int64 = 1000

    /// What the ledger answered, as OpenAI's clients know it.
    init(_ error: LedgerError) {
        switch error {
        case .refused(let refusal): self.init(refusal)
        case .store, .closed:
            self.init(error: .unavailable("The ledger cannot be reached; try again.", retryAfterSeconds: 2))
        case .settlement, .entry, .unknownEntry, .alreadyReversed, .differentEntry, .differentRequest,
            .overdrawn:
            self.init(error: .internalFailure)
        }
    }

    /// Money and limits: 401 for a key that is no longer good, 403 for what is not allowed, 429 for what is used up.
    init(_ refusal: Refusal) {
        switch refusal {
        case .keyRevoked, .keyExpired: self = .final(401, refusal, "invalid_api_key")
        case .unknownTenant, .suspended: self = .final(403, refusal, "account_deactivated")
        case .modelNotAllowed: self = .final(403, refusal, "model_not_allowed")
        case .insufficientBalance: self = .final(429, refusal, "insufficient_quota", type: "insufficient_quota")
        case .budgetExhausted: self = .final(429, refusal, "billing_hard_limit_reached", type: "insufficient_quota")
        case .beyondTokenRate, .tooManyTokens: self = .final(400, refusal, "too_many_tokens")
        case .tooManyAtOnce: self = .rate(refusal, afterMs: Self.unknownWaitMs)
        case .requestRate(_, let level, let waitMs):
            self = .rate(refusal, afterMs: waitMs, RateLimitHeaders.requests(level))
        case .tokenRate(_, let level, _, let waitMs):
            self = .rate(refusal, afterMs: waitMs, RateLimitHeaders.tokens(level))
        }
    }

    /// Sending it again as it is would be refused again.
    private static func final(
        _ status: Int, _ refusal: Refusal, _ code: String, type: String = "invalid_request_error"
    ) -> RequestRefusal {
        RequestRefusal(
            error: APIError(status: status, message: refusal.description, type: type, code: code),
            headers: [.shouldRetry: "false"])
    }

    /// After the wait there is room.
    private static func rate(_ refusal: Refusal, afterMs: Int64, _ fields: HTTPFields = [:]) -> RequestRefusal {
        var fields = fields
        fields[.retryAfterMs] = "\(afterMs)"
        return RequestRefusal(
            error: APIError(
                status: 429, message: refusal.description, type: "rate_limit_error", code: "rate_limit_exceeded",
                retryAfterSeconds: Int((afterMs + 999) / 1000)),
            headers: fields)
    }
}
