/// The tokens of an answer.
package struct Usage: Sendable, Equatable {
    /// All prompts together; each counts once, however many choices it has.
    package var promptTokens: Int
    /// Those of the prompt tokens that came from the prefix cache.
    package var cachedTokens: Int
    /// All choices together.
    package var completionTokens: Int
    /// The least exact way in which a worker took up one of the choices.
    package var began: Beginning

    package init(
        promptTokens: Int = 0, cachedTokens: Int = 0, completionTokens: Int = 0, began: Beginning = .first
    ) {
        self.promptTokens = promptTokens
        self.cachedTokens = cachedTokens
        self.completionTokens = completionTokens
        self.began = began
    }

    /// Appends the JSON. `cached_tokens` is always there, also as 0: clients fail without it. The member `gleaner`, an
    /// extension, is there only when the answer may differ from an undisturbed one.
    func append(to bytes: inout [UInt8]) {
        let text =
            #"{"prompt_tokens":\#(promptTokens),"completion_tokens":\#(completionTokens),"#
            + #""total_tokens":\#(promptTokens + completionTokens),"#
            + #""prompt_tokens_details":{"cached_tokens":\#(cachedTokens)}"#
        bytes.append(contentsOf: text.utf8)
        if began.isDegraded { bytes.append(contentsOf: #","gleaner":{"resumed_by":"\#(began.rawValue)"}"#.utf8) }
        bytes.append(UInt8(ascii: "}"))
    }
}
