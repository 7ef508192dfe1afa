import JSON

extension LoadPlan {
    /// Address of the endpoint that the run measures.
    var endpoint: String { baseURL + (api == .chat ? "/chat/completions" : "/completions") }

    /// The body of a request for `prompt`. Temperature 0, so that a run can be repeated.
    package func body(prompt: String, maxTokens: Int) -> [UInt8] {
        var object = JSONObject([("model", .string(model))])
        switch api {
        case .chat:
            let message = JSONObject([("role", .string("user")), ("content", .string(prompt))])
            object["messages"] = .array([.object(message)])
        case .completions: object["prompt"] = .string(prompt)
        }
        object["max_tokens"] = .int(maxTokens)
        object["temperature"] = .int(0)
        object["stream"] = .bool(true)
        object["stream_options"] = .object(JSONObject([("include_usage", .bool(true))]))
        // An extension of vLLM's; sent only when asked for, as other servers may refuse it.
        if ignoresEndOfText { object["ignore_eos"] = .bool(true) }
        var bytes: [UInt8] = []
        JSON.object(object).append(to: &bytes)
        return bytes
    }
}
