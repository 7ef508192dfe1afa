/// The tokens of an answer.
package struct Usage: Sendable, Equatable {
    /// All prompts together; each counts once, however many choices it has.
    package var promptTokens: Int
    /// Those of the prompt tokens that came from the prefix cache.
    package var cachedTokens: Int
    /// All choices together.
    package var completionTokens: Int

    package init(promptTokens: Int = 0, cachedTokens: Int = 0, completionTokens: Int = 0) {
        self.promptTokens = promptTokens
        self.cachedTokens = cachedTokens
        self.completionTokens = completionTokens
    }

    /// Appends the JSON. `cached_tokens` is always there, also as 0: clients fail without it.
    func append(to bytes: inout [UInt8]) {
        let text =
            #"{"prompt_tokens":\#(promptTokens),"completion_tokens":\#(completionTokens),"#
            + #""total_tokens":\#(promptTokens + completionTokens),"#
            + #""prompt_tokens_details":{"cached_tokens":\#(cachedTokens)}}"#
        bytes.append(contentsOf: text.utf8)
    }
}
