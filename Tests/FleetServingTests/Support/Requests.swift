import JSON

let completions = "/v1/completions"
let chatCompletions = "/v1/chat/completions"

/// A streamed completion that draws its tokens, and stops only when it has them all.
func completion(_ prompt: String, tokens: Int = 120, _ more: [(String, JSON)] = []) -> JSON {
    var body = JSONObject([
        ("model", .string(TestWorker.model)), ("prompt", .string(prompt)), ("max_tokens", .int(tokens)), ("seed", 7),
        ("temperature", 0.8), ("ignore_eos", true), ("stream", true), ("stream_options", ["include_usage": true]),
    ])
    for (name, value) in more { body[name] = value }
    return .object(body)
}

/// A streamed chat of one question.
func chat(_ question: String, tokens: Int = 120, _ more: [(String, JSON)] = []) -> JSON {
    var body = completion("", tokens: tokens, more).object ?? JSONObject()
    body["prompt"] = nil
    body["messages"] = [["role": "user", "content": .string(question)]]
    return .object(body)
}

/// The same request, not streamed.
func whole(_ body: JSON) -> JSON {
    guard var members = body.object else { return body }
    members["stream"] = nil
    members["stream_options"] = nil
    return .object(members)
}

enum Requests {
    /// Requests that between them use all that can go wrong on the way through two servers.
    static let all: [(path: String, body: JSON)] = [
        (completions, completion("Tell me of the sea")),
        (completions, completion("n", [("n", 3), ("logprobs", 5), ("temperature", 1.2)])),
        (completions, completion("many", tokens: 30, [("prompt", ["one", "two", "é…🙂"]), ("n", 2), ("echo", false)])),
        (completions, completion("tokens", tokens: 50, [("prompt", [300, 301, 302, 195, 169]), ("logprobs", 0)])),
        (completions, completion("stop", tokens: 300, [("stop", [", ", "🙂", "é"]), ("n", 3)])),
        (completions, completion("stop late", tokens: 150, [("stop", ". zz"), ("logprobs", 1)])),
        (completions, completion("penal", [("frequency_penalty", 1.5), ("presence_penalty", 0.5), ("top_p", 0.9)])),
        (completions, completion("greedy", [("temperature", 0), ("ignore_eos", false)])),
        (completions, completion("biased", [("logit_bias", ["300": 30, "195": 20])])),
        (chatCompletions, chat("Who are you?")),
        (chatCompletions, chat("é…🙂", [("n", 3), ("logprobs", true), ("top_logprobs", 4)])),
        (chatCompletions, chat("Say it again.", [("stop", "\n"), ("logprobs", true), ("seed", -1)])),
    ]
}
