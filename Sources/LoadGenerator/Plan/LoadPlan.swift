/// What a run sends to a server.
package struct LoadPlan: Sendable, Equatable {
    /// Which of OpenAI's endpoints the requests go to.
    package enum API: String, Sendable, CaseIterable {
        case chat
        case completions
    }

    package var server: ServerAddress
    /// nil for the first that the server names.
    package var model: String?
    package var api = API.chat
    /// Requests that are measured.
    package var requests = 64
    /// Requests under way at once, at most.
    package var concurrency = 16
    /// Arrivals a second, at random times; nil to send the next request when one has ended.
    package var requestsPerSecond: Double?
    /// Tokens of each prompt, as near as the warm-up can bring it.
    package var promptTokens = 128
    /// How many of the prompt's first words are the same in all requests.
    package var sharedPrefixTokens = 0
    /// Tokens of each answer, at most.
    package var maxTokens = 128
    /// Whether the server shall go on where the model would end, so that all answers are equally long.
    package var ignoresEOS = false
    /// nil for the server's own.
    package var temperature: Double?
    /// Requests before those that are measured.
    package var warmUpRequests = 1
    /// Longest that one request may take.
    package var timeoutSeconds = 600.0
    /// Draws the same prompts and arrivals again.
    package var seed: UInt64
    /// Sent as a bearer token.
    package var apiKey: String?

    package init(server: ServerAddress, seed: UInt64) {
        self.server = server
        self.seed = seed
    }

    /// - Throws: `LoadError.badSetting` for the first number that is out of its range, or a key that cannot be sent.
    package func check() throws(LoadError) {
        try check("requests", requests, in: 1...1_000_000)
        try check("concurrency", concurrency, in: 1...10_000)
        try check("prompt-tokens", promptTokens, in: 1...2_000_000)
        try check("shared-prefix", sharedPrefixTokens, in: 0...promptTokens)
        try check("max-tokens", maxTokens, in: 1...2_000_000)
        try check("warm-up", warmUpRequests, in: 0...10_000)
        try check("timeout", timeoutSeconds, in: 0.001...604_800)
        if let requestsPerSecond { try check("rate", requestsPerSecond, in: 0.001...1_000_000) }
        if let temperature { try check("temperature", temperature, in: 0...100) }
        if let apiKey, !apiKey.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) || apiKey.isEmpty {
            throw .badSetting(name: "api-key", value: "…", rule: "letters, digits and signs without spaces")
        }
    }

    private func check<Number: Comparable & Sendable>(
        _ name: String, _ value: Number, in range: ClosedRange<Number>
    ) throws(LoadError) {
        guard range.contains(value) else {  // NaN is in no range
            throw .badSetting(name: name, value: "\(value)", rule: "from \(range.lowerBound) to \(range.upperBound)")
        }
    }
}
