import JSON

/// The tokens of one request as its server counts them.
package struct TokenUsage: Sendable, Equatable {
    package let promptTokens: Int
    /// Those of the prompt that came from the server's prefix cache; 0 when it does not say.
    package let cachedTokens: Int
    package let outputTokens: Int

    package init(promptTokens: Int, cachedTokens: Int = 0, outputTokens: Int) {
        self.promptTokens = promptTokens
        self.cachedTokens = cachedTokens
        self.outputTokens = outputTokens
    }

    /// More is no count of tokens; and a million requests of this many still fit 64 bits.
    private static let plausible = 0...(1 << 40)

    /// nil for everything that is not a usage object with plausible numbers.
    init?(_ json: JSON?) {
        guard let prompt = json?["prompt_tokens"]?.int, Self.plausible.contains(prompt),
            let output = json?["completion_tokens"]?.int, Self.plausible.contains(output)
        else { return nil }
        let cached = json?["prompt_tokens_details"]?["cached_tokens"]?.int ?? 0
        self.init(promptTokens: prompt, cachedTokens: min(max(cached, 0), prompt), outputTokens: output)
    }
}
