import JSON

extension LoadPlan {
    /// The JSON of a request for `prompt`, as a stream that ends with its usage.
    package func requestBody(model: String, prompt: String, maxTokens: Int) -> [UInt8] {
        var object = JSONObject([("model", .string(model))])
        switch api {
        case .chat: object["messages"] = [["role": "user", "content": .string(prompt)]]
        case .completions: object["prompt"] = .string(prompt)
        }
        object["max_tokens"] = .int(maxTokens)
        object["stream"] = true
        object["stream_options"] = ["include_usage": true]
        object["temperature"] = temperature.map { .double($0) }
        // An extension of vLLM's: sent only when asked for, because other servers may refuse it.
        if ignoresEOS { object["ignore_eos"] = true }
        var bytes: [UInt8] = []
        JSON.object(object).append(to: &bytes)
        return bytes
    }
}
