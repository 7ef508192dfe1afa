import JSON

/// Checks one message of a chat and brings it into the form that chat templates expect.
///
/// Members that are not known are kept: clients send back whole answers, and some templates read more than
/// the API defines (`reasoning_content`).
enum ChatMessage {
    private static let roles: Set<String> = ["assistant", "developer", "system", "tool", "user"]

    /// The message with its text parts joined, its empty `tool_calls` removed and the arguments of its tool
    /// calls as JSON values, which is what templates print with `tojson`.
    static func normalized(_ value: JSON, path: String) throws(APIError) -> JSON {
        let message = try Parameters(value, path: path)
        let role = try role(of: message)
        _ = try message.string("name")
        let calls = try toolCalls(of: message, role: role)
        var object = message.object
        object["content"] = try content(of: message, mayBeMissing: calls != nil)
        object["tool_calls"] = calls.map { .array($0) }
        if role == "tool" {
            let id = try message.required("tool_call_id")
            guard id.string != nil else {
                throw .wrongType(id, path: message.name("tool_call_id"), expected: "a string")
            }
        }
        return .object(object)
    }

    private static func role(of message: Parameters) throws(APIError) -> String {
        let value = try message.required("role")
        guard let role = value.string else { throw .wrongType(value, path: message.name("role"), expected: "a string") }
        guard roles.contains(role) else {
            throw .wrongValue(
                value, path: message.name("role"), expected: "one of \(roles.sorted().joined(separator: ", "))")
        }
        return role
    }

    /// The content as one text; `null` where tool calls stand in its place.
    private static func content(of message: Parameters, mayBeMissing: Bool) throws(APIError) -> JSON {
        let path = message.name("content")
        guard let value = message["content"] else {
            if mayBeMissing { return .null }
            throw .invalid("'\(path)' is required.", param: path, code: "missing_required_parameter")
        }
        if value.string != nil { return value }
        guard let parts = value.array else {
            throw .wrongType(value, path: path, expected: "a string or an array of text parts")
        }
        guard !parts.isEmpty else {
            if mayBeMissing { return .null }
            throw .empty(path)
        }
        var texts: [String] = []
        for (place, part) in parts.enumerated() { texts.append(try text(of: part, path: "\(path)[\(place)]")) }
        return .string(texts.joined(separator: "\n"))
    }

    private static func text(of part: JSON, path: String) throws(APIError) -> String {
        let part = try Parameters(part, path: path)
        let type = try part.required("type")
        guard type == "text" else {
            throw .unsupported(
                "'\(path).type' must be 'text', not \(APIError.excerpt(type)): this server reads text only.",
                param: "\(path).type")
        }
        guard let text = try part.required("text").string else {
            throw .wrongType(part["text"] ?? .null, path: "\(path).text", expected: "a string")
        }
        return text
    }

    /// The tool calls of an assistant's message; nil when there are none.
    private static func toolCalls(of message: Parameters, role: String) throws(APIError) -> [JSON]? {
        guard role == "assistant", let value = message["tool_calls"] else { return nil }
        let path = message.name("tool_calls")
        guard let values = value.array else { throw .wrongType(value, path: path, expected: "an array") }
        var calls: [JSON] = []
        for (place, value) in values.enumerated() {
            calls.append(try toolCall(value, path: "\(path)[\(place)]"))
        }
        return calls.isEmpty ? nil : calls
    }

    private static func toolCall(_ value: JSON, path: String) throws(APIError) -> JSON {
        let call = try Parameters(value, path: path)
        let function = try Parameters(call.required("function"), path: "\(path).function")
        guard try function.required("name").string != nil else {
            throw .wrongType(function["name"] ?? .null, path: function.name("name"), expected: "a string")
        }
        var normalized = function.object
        if let text = function["arguments"]?.string { normalized["arguments"] = arguments(text) }
        var object = call.object
        object["function"] = .object(normalized)
        return .object(object)
    }

    /// The object that `text` spells. Text that spells none stays text: the model wrote it, and the client
    /// only sends it back.
    private static func arguments(_ text: String) -> JSON {
        if text.isEmpty { return .object(JSONObject()) }
        guard let value = try? JSON.parse(text), value.object != nil else { return .string(text) }
        return value
    }
}
