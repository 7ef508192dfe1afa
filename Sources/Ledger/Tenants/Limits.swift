/// What a tenant, or one key of it, may use; nil is without limit.
package struct Limits: Sendable, Hashable {
    package var requestsPerMinute: Int?
    /// Prompt and output together.
    package var tokensPerMinute: Int?
    package var concurrentRequests: Int?
    /// Of a calendar month in UTC.
    package var monthlyBudget: PicoUSD?
    /// nil: every model.
    package var models: Set<String>?

    package init(
        requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil, concurrentRequests: Int? = nil,
        monthlyBudget: PicoUSD? = nil, models: Set<String>? = nil
    ) {
        self.requestsPerMinute = requestsPerMinute
        self.tokensPerMinute = tokensPerMinute
        self.concurrentRequests = concurrentRequests
        self.monthlyBudget = monthlyBudget
        self.models = models
    }

    /// The range of the rates and of concurrency.
    package static let range = 1...1_000_000_000
}
