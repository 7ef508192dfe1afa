import JSON
package import OpenAI

/// The body of `POST /v1/completions` in the worker protocol.
package enum GleanerBody {
    package static func bytes(of request: GenerationRequest, _ expected: ExpectedAnswer) -> [UInt8] {
        // Without a word on it, the endpoint stops after 16 tokens.
        let maxTokens = expected.maximumTokens == .max ? nil : expected.maximumTokens
        var body = CompletionBody(
            request, prompt: request.tokenPrompt, maxTokens: maxTokens, streamOptions: JSONObject())
        body.append("return_token_ids", true)
        append(request, to: &body)
        if !request.resumed.isEmpty { body.append("gleaner_resume", tokens: request.resumed) }
        return body.finished()
    }

    /// The parameters of a sequence on a shared connection.
    static func parameters(of request: GenerationRequest, _ expected: ExpectedAnswer) -> [UInt8] {
        let maxTokens = expected.maximumTokens == .max ? nil : expected.maximumTokens
        var body = CompletionBody(parametersOf: request, maxTokens: maxTokens)
        append(request, to: &body)
        return body.finished()
    }

    private static func append(_ request: GenerationRequest, to body: inout CompletionBody) {
        if request.priority != 0 { body.append("priority", .int(Int(Int32(clamping: request.priority)))) }
        if !request.cacheSalt.isEmpty { body.append("cache_salt", .string(request.cacheSalt)) }
    }
}
