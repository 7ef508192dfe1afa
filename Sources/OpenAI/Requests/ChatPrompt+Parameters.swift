import JSON

extension ChatPrompt {
    /// OpenAI's limit on tools.
    static let maximumTools = 128
    private static let efforts: Set<String> = ["none", "minimal", "low", "medium", "high", "xhigh", "max"]

    init(_ parameters: Parameters) throws(APIError) {
        let value = try parameters.required("messages")
        guard let values = value.array else { throw .wrongType(value, path: "messages", expected: "an array") }
        guard !values.isEmpty else { throw .empty("messages") }
        var messages: [JSON] = []
        for (place, value) in values.enumerated() {
            messages.append(try ChatMessage.normalized(value, path: "messages[\(place)]"))
        }
        self.init(messages: messages)
        tools = try Self.tools(parameters)
        templateArguments = try Self.templateArguments(parameters)
    }

    private static func templateArguments(_ parameters: Parameters) throws(APIError) -> JSONObject {
        var arguments = JSONObject()
        if let value = parameters["chat_template_kwargs"] {
            arguments = try Parameters(value, path: "chat_template_kwargs").object
        }
        // Templates of reasoning models read it under this name.
        if let effort = try parameters.string("reasoning_effort") {
            guard efforts.contains(effort) else {
                throw .wrongValue(
                    .string(effort), path: "reasoning_effort",
                    expected: "one of \(efforts.sorted().joined(separator: ", "))")
            }
            arguments["reasoning_effort"] = .string(effort)
        }
        return arguments
    }

    private static func tools(_ parameters: Parameters) throws(APIError) -> [JSON]? {
        guard let value = parameters["tools"] else { return nil }
        guard let tools = value.array else { throw .wrongType(value, path: "tools", expected: "an array") }
        guard tools.count <= maximumTools else {
            throw .invalid(
                "'tools' has \(tools.count) tools; at most \(maximumTools) are taken.", param: "tools",
                code: "invalid_value")
        }
        for (place, tool) in tools.enumerated() { try check(tool: tool, path: "tools[\(place)]") }
        return tools.isEmpty || parameters["tool_choice"] == "none" ? nil : tools
    }

    private static func check(tool: JSON, path: String) throws(APIError) {
        let tool = try Parameters(tool, path: path)
        guard try tool.required("type") == "function" else {
            throw .unsupported(
                "'\(path).type' must be 'function', not \(APIError.excerpt(tool["type"] ?? .null)).",
                param: "\(path).type")
        }
        let function = try Parameters(tool.required("function"), path: "\(path).function")
        let name = try function.required("name")
        guard let text = name.string else { throw .wrongType(name, path: function.name("name"), expected: "a string") }
        guard isFunctionName(text) else {
            throw .wrongValue(
                name, path: function.name("name"), expected: "1 to 64 letters, digits, underscores or hyphens")
        }
        if let schema = function["parameters"], schema.object == nil {
            throw .wrongType(schema, path: function.name("parameters"), expected: "an object")
        }
    }

    static func isFunctionName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
