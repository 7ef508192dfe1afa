import JSON

/// What the data of one event of a completion stream says.
enum StreamChunk: Equatable {
    struct Usage: Equatable {
        let promptTokens: Int
        let cachedTokens: Int
        let outputTokens: Int
    }

    case done
    /// `text` is empty for chunks that only bring a role or an end.
    case delta(text: String, isLast: Bool, usage: Usage?)
    case error(String)

    /// Reads a chunk of either API; text that the server calls reasoning counts as text.
    init(_ data: [UInt8]) {
        if data.elementsEqual("[DONE]".utf8) {
            self = .done
            return
        }
        guard let json = try? JSON.parse(data) else {
            self = .error("a chunk is not JSON")
            return
        }
        if let error = json["error"], error != .null {
            self = .error(error["message"]?.string ?? error.string ?? "an error without a message")
            return
        }
        let choice = json["choices"]?.array?.first
        let parts = [choice?["text"], choice?["delta"]?["content"], choice?["delta"]?["reasoning_content"]]
        let text = parts.compactMap { $0?.string }.joined()
        self = .delta(text: text, isLast: choice?["finish_reason"]?.string != nil, usage: Self.usage(json["usage"]))
    }

    private static func usage(_ json: JSON?) -> Usage? {
        guard let prompt = json?["prompt_tokens"]?.int, let output = json?["completion_tokens"]?.int else { return nil }
        let cached = json?["prompt_tokens_details"]?["cached_tokens"]?.int ?? 0
        return Usage(promptTokens: max(prompt, 0), cachedTokens: max(cached, 0), outputTokens: max(output, 0))
    }
}
