import JSON

/// An independent reader of the structural schemas that we publish: what an API server would refuse of an object.
enum OpenAPICheck {
    /// With strict validation, as kubectl asks for: unknown members are refused.
    static func accepts(_ json: JSON, _ schema: JSON) -> Bool {
        if schema["x-kubernetes-preserve-unknown-fields"]?.bool == true { return json.object != nil }
        guard isOfType(json, schema["type"]?.string), isInside(json, schema) else { return false }
        if let values = schema["enum"]?.array, !values.contains(json) { return false }
        switch json {
        case .object(let object): return accepts(object, schema)
        case .array(let items): return items.allSatisfy { item in schema["items"].map { accepts(item, $0) } ?? false }
        default: return true
        }
    }

    private static func isOfType(_ json: JSON, _ type: String?) -> Bool {
        switch (json, type) {
        case (.object, "object"), (.array, "array"), (.string, "string"), (.bool, "boolean"), (.int, "integer"): true
        default: false
        }
    }

    private static func isInside(_ json: JSON, _ schema: JSON) -> Bool {
        if let number = json.int, let least = schema["minimum"]?.int, let most = schema["maximum"]?.int {
            guard (least...most).contains(number) else { return false }
        }
        if let items = json.array {
            guard items.count <= schema["maxItems"]?.int ?? .max, items.count >= schema["minItems"]?.int ?? 0 else {
                return false
            }
        }
        guard let text = json.string else { return true }
        guard text.unicodeScalars.count <= schema["maxLength"]?.int ?? .max else { return false }
        guard let pattern = schema["pattern"]?.string, let regex = try? Regex(pattern) else {
            return schema["pattern"] == nil
        }
        return text.contains(regex)
    }

    private static func accepts(_ object: JSONObject, _ schema: JSON) -> Bool {
        guard object.count <= schema["maxProperties"]?.int ?? .max else { return false }
        if let value = schema["additionalProperties"] { return object.allSatisfy { accepts($0.value, value) } }
        let required = schema["required"]?.array?.compactMap(\.string) ?? []
        guard required.allSatisfy({ object[$0] != nil }) else { return false }
        let alternatives = schema["oneOf"]?.array ?? []
        let numHeld = alternatives.count { branch in
            (branch["required"]?.array ?? []).allSatisfy { $0.string.map { object[$0] != nil } ?? false }
        }
        guard alternatives.isEmpty || numHeld == 1 else { return false }
        return object.allSatisfy { member in
            schema["properties"]?[member.key].map { accepts(member.value, $0) } ?? false
        }
    }
}
