import JSON

/// A checked request to a worker's `/tokenize`, in vLLM's form: one text, or a chat with the model's template applied.
package struct TokenizeRequest: Sendable, Equatable {
    /// Only the model, the prompt and `addsSpecialTokens` matter.
    package var generation: GenerationRequest

    /// Reads the JSON text of a request body.
    package init(body: UnsafeRawBufferPointer) throws(APIError) {
        let parameters = try Parameters(CompletionRequest.parse(body), path: "")
        try ParameterTable.tokenize.check(parameters)
        try Self.checkFixed("return_token_strs", false, parameters)
        generation = GenerationRequest(
            id: "", model: try GenerationRequest.model(parameters), prompt: try Self.prompt(parameters))
        generation.addsSpecialTokens = try parameters.bool("add_special_tokens") ?? true
    }

    private static func prompt(_ parameters: Parameters) throws(APIError) -> Prompt {
        switch (parameters["prompt"], parameters["messages"]) {
        case (let text?, nil):
            guard let text = text.string else { throw .wrongType(text, path: "prompt", expected: "a string") }
            return .text([text])
        case (nil, _?):
            var chat = try ChatPrompt(parameters)
            if let opens = try parameters.bool("add_generation_prompt") {
                chat.templateArguments["add_generation_prompt"] = .bool(opens)
            }
            return .chat(chat)
        case (nil, nil):
            throw .invalid(
                "'prompt' or 'messages' is required.", param: "prompt", code: "missing_required_parameter")
        case (_?, _?):
            throw .invalid(
                "'prompt' and 'messages' exclude each other; send one of them.", param: "prompt", code: "invalid_value")
        }
    }

    /// A member of vLLM's that has one meaning here.
    private static func checkFixed(_ name: String, _ value: Bool, _ parameters: Parameters) throws(APIError) {
        guard try parameters.bool(name) ?? value == value else {
            throw .unsupported("'\(name)' must be \(value) here.", param: name)
        }
    }
}
