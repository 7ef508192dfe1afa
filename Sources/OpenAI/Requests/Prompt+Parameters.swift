import JSON

extension Prompt {
    /// Reads `prompt`: a text, several texts, a list of token ids, or several such lists.
    init(completion parameters: Parameters) throws(APIError) {
        let value = try parameters.required("prompt")
        switch value {
        case .string(let text): self = .text([text])
        case .array(let values): self = try Self.list(values)
        default:
            throw .wrongType(value, path: "prompt", expected: "a string, an array of strings, or token ids")
        }
    }

    private static func list(_ values: [JSON]) throws(APIError) -> Prompt {
        switch values.first {
        case .string: .text(try texts(values))
        case .int, .double: .tokens([try tokens(values, path: "prompt")])
        case .array: .tokens(try tokenLists(values))
        case let other?:
            throw .wrongType(other, path: "prompt[0]", expected: "a string, a token id or an array of token ids")
        case nil: throw .empty("prompt")
        }
    }

    private static func texts(_ values: [JSON]) throws(APIError) -> [String] {
        try checkCount(values)
        var texts: [String] = []
        for (place, value) in values.enumerated() {
            guard let text = value.string else {
                throw .wrongType(value, path: "prompt[\(place)]", expected: "a string like the first element")
            }
            texts.append(text)
        }
        return texts
    }

    private static func tokenLists(_ values: [JSON]) throws(APIError) -> [[Int32]] {
        try checkCount(values)
        var lists: [[Int32]] = []
        for (place, value) in values.enumerated() {
            let path = "prompt[\(place)]"
            guard let elements = value.array else {
                throw .wrongType(value, path: path, expected: "an array of token ids like the first element")
            }
            guard !elements.isEmpty else { throw .empty(path) }
            lists.append(try tokens(elements, path: path))
        }
        return lists
    }

    private static func checkCount(_ values: [JSON]) throws(APIError) {
        guard values.count <= CompletionRequest.maximumChoices else {
            throw .invalid(
                "'prompt' holds \(values.count) prompts; at most \(CompletionRequest.maximumChoices) fit in one request.",
                param: "prompt", code: "invalid_value")
        }
    }

    /// A list of token ids.
    static func tokens(_ values: [JSON], path: String) throws(APIError) -> [Int32] {
        var tokens: [Int32] = []
        tokens.reserveCapacity(values.count)
        for (place, value) in values.enumerated() {
            guard let number = value.int, let token = Int32(exactly: number), token >= 0 else {
                let path = "\(path)[\(place)]"
                throw .wrongValue(value, path: path, expected: "a token id (an integer from 0)")
            }
            tokens.append(token)
        }
        return tokens
    }
}

extension APIError {
    /// 400: a list that needs an element.
    static func empty(_ path: String) -> APIError {
        invalid("'\(path)' must not be empty.", param: path, code: "invalid_value")
    }
}
