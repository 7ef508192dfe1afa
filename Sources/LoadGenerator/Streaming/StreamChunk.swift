import JSON

/// What the data of one event of a completion stream says.
package enum StreamChunk: Equatable, Sendable {
    /// `[DONE]`: the answer is whole.
    case done
    /// `hasText` is false for chunks that bring only a role, an end or the usage.
    case delta(hasText: Bool, isFinish: Bool, usage: TokenUsage?)

    /// Reads a chunk of either endpoint. Reasoning, tool calls and refusals are tokens too and count as text.
    ///
    /// - Throws: `.errorEvent` for an error that the server reports, `.malformedStream` for what is no chunk.
    package init(_ data: [UInt8]) throws(RequestFailure) {
        if data.elementsEqual("[DONE]".utf8) {
            self = .done
            return
        }
        guard let json = try? JSON.parse(data), json.object != nil else {
            throw .malformedStream("an event is neither a JSON object nor [DONE]")
        }
        if let error = json["error"], !error.isNull {
            throw .errorEvent(ErrorText.message(in: json) ?? "no message")
        }
        let choices = json["choices"]?.array ?? []
        self = .delta(
            hasText: choices.contains(where: Self.hasText),
            isFinish: choices.contains { $0["finish_reason"]?.string != nil }, usage: TokenUsage(json["usage"]))
    }

    private static func hasText(_ choice: JSON) -> Bool {
        let delta = choice["delta"]
        let texts = [
            choice["text"], delta?["content"], delta?["reasoning_content"], delta?["reasoning"], delta?["refusal"],
        ]
        return texts.contains { $0?.string?.isEmpty == false } || delta?["tool_calls"]?.array?.isEmpty == false
    }
}
