import JSON

/// Refuses what OpenAI's API has and this server does not, while the values that ask for nothing special
/// (`"text"`, `"auto"`, `false`) pass: many clients send them always.
enum UnsupportedFeatures {
    static func check(chat parameters: Parameters) throws(APIError) {
        try check(common: parameters)
        try checkToolChoice(parameters)
        if let modalities = parameters["modalities"], modalities != ["text"] {
            throw .unsupported("'modalities' must be [\"text\"]: this server makes text only.", param: "modalities")
        }
    }

    static func check(completion parameters: Parameters) throws(APIError) {
        try check(common: parameters)
        if try parameters.bool("echo") ?? false {
            throw .unsupported("'echo' is not supported: the prompt cannot be part of the answer.", param: "echo")
        }
        if let suffix = try parameters.string("suffix"), !suffix.isEmpty {
            throw .unsupported("'suffix' is not supported: text is only added at the end.", param: "suffix")
        }
        let n = try parameters.integer("n", in: 1...16) ?? 1
        if let bestOf = try parameters.integer("best_of", in: 1...20), bestOf != n {
            throw .unsupported("'best_of' is not supported; 'n' asks for several choices.", param: "best_of")
        }
    }

    private static func check(common parameters: Parameters) throws(APIError) {
        try checkResponseFormat(parameters)
        if try parameters.bool("store") ?? false {
            throw .unsupported("'store' must be false: this server keeps no answers.", param: "store")
        }
    }

    private static func checkResponseFormat(_ parameters: Parameters) throws(APIError) {
        guard let value = parameters["response_format"] else { return }
        let format = try Parameters(value, path: "response_format")
        guard let type = try format.required("type").string, type == "text" else {
            throw .unsupported(
                "'response_format.type' must be 'text', not \(APIError.excerpt(format["type"] ?? .null)).",
                param: "response_format.type")
        }
    }

    private static func checkToolChoice(_ parameters: Parameters) throws(APIError) {
        guard let choice = parameters["tool_choice"], choice != "none", choice != "auto" else { return }
        throw .unsupported(
            "'tool_choice' must be 'none' or 'auto', not \(APIError.excerpt(choice)): a call cannot be forced yet.",
            param: "tool_choice")
    }
}
