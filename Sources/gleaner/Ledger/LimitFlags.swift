import ArgumentParser
import Ledger

/// Limits of a tenant or a key, each to be set or to be taken away.
struct LimitFlags: ParsableArguments {
    @Option(
        help: .init("Requests a minute, or 'unlimited'.", valueName: "n"), transform: LimitSetting<Int>.count)
    var requestsPerMinute: LimitSetting<Int>?

    @Option(
        help: .init("Tokens a minute, prompt and output together, or 'unlimited'.", valueName: "n"),
        transform: LimitSetting<Int>.count)
    var tokensPerMinute: LimitSetting<Int>?

    @Option(help: .init("Requests at once, or 'unlimited'.", valueName: "n"), transform: LimitSetting<Int>.count)
    var concurrentRequests: LimitSetting<Int>?

    @Option(
        help: .init("Dollars in a calendar month (UTC), or 'unlimited'.", valueName: "usd"),
        transform: LimitSetting<PicoUSD>.amount)
    var monthlyBudget: LimitSetting<PicoUSD>?

    @Option(
        help: .init("Models that may be used, with commas between them, or 'unlimited'.", valueName: "names"),
        transform: LimitSetting<Set<String>>.models)
    var models: LimitSetting<Set<String>>?

    /// Whether none was given.
    var isEmpty: Bool {
        requestsPerMinute == nil && tokensPerMinute == nil && concurrentRequests == nil && monthlyBudget == nil
            && models == nil
    }

    /// Those that were given put in the place of others.
    func applied(to limits: Limits) -> Limits {
        var limits = limits
        if let requestsPerMinute { limits.requestsPerMinute = requestsPerMinute.value }
        if let tokensPerMinute { limits.tokensPerMinute = tokensPerMinute.value }
        if let concurrentRequests { limits.concurrentRequests = concurrentRequests.value }
        if let monthlyBudget { limits.monthlyBudget = monthlyBudget.value }
        if let models { limits.models = models.value }
        return limits
    }
}
