import JSON

/// The variables of a rendering: what a client sends, completed as transformers' `apply_chat_template`
/// completes it.
///
/// - `tools` and `documents` are null and `add_generation_prompt` is false where they are missing.
/// - A message's reasoning is copied to the names under which templates look for it: `reasoning_content`,
///   and `thinking` where the message has no such member of its own.
struct ChatInputs {
    let variables: JSONObject

    private static let reasoningNames = ["reasoning_content", "thinking", "reasoning"]

    /// - Throws: `TemplateError` for messages, tools or documents that are not lists of objects.
    init(_ context: JSON) throws(TemplateError) {
        guard case .object(var variables) = context else {
            throw .type("The context of a chat template should be an object, but it is \(context.kind)")
        }
        for (name, missing) in [("tools", JSON.null), ("documents", .null), ("add_generation_prompt", .bool(false))]
        where variables[name] == nil { variables[name] = missing }
        if let messages = variables["messages"] { variables["messages"] = try Self.messages(messages) }
        try Self.checkObjects(
            variables["tools"],
            else: .value(
                "Tools should either be a JSON schema, or a callable function with type hints "
                    + "and a docstring suitable for auto-conversion to a schema."))
        try Self.checkObjects(
            variables["documents"], else: .type("Documents should be a list of dicts with 'title' and 'text' keys!"))
        self.variables = variables
    }

    private static func checkObjects(_ value: JSON?, else error: TemplateError) throws(TemplateError) {
        guard let value, !value.isNull else { return }
        guard case .array(let items) = value, items.allSatisfy({ $0.object != nil }) else { throw error }
    }

    private static func messages(_ value: JSON) throws(TemplateError) -> JSON {
        guard case .array(let messages) = value else {
            throw .type("Chat messages should be a list of objects, but they are \(value.kind)")
        }
        var completed: [JSON] = []
        for message in messages {
            guard case .object(let members) = message else {
                throw .type("Chat messages should be objects, but one is \(message.kind)")
            }
            completed.append(.object(namingReasoning(of: members)))
        }
        return .array(completed)
    }

    private static func namingReasoning(of message: JSONObject) -> JSONObject {
        let reasoning = reasoningNames.lazy.compactMap { message[$0] }.first { !$0.isNull }
        guard let reasoning else { return message }
        var named = JSONObject([("thinking", reasoning)])
        for (key, value) in message { named[key] = value }
        named["reasoning_content"] = reasoning
        return named
    }
}
