package import JSON

extension Schema {
    /// The structural OpenAPI v3 schema of a CustomResourceDefinition. Unknown members are pruned by the API server
    /// unless the client asks for strict validation, as kubectl does.
    package var openAPI: JSON {
        var object = JSONObject([("description", .string(about))])
        for (key, value) in constraints { object[key] = value }
        if let standard { object["default"] = standard }
        return .object(object)
    }

    private var constraints: [(String, JSON)] {
        switch kind {
        case .boolean: [("type", "boolean")]
        case .integer(let range):
            [("type", "integer"), ("minimum", .int(range.lowerBound)), ("maximum", .int(range.upperBound))]
        case .text(let pattern, let most):
            [("type", "string"), ("maxLength", .int(most))] + (pattern.map { [("pattern", .string($0))] } ?? [])
        case .choice(let values): [("type", "string"), ("enum", .array(values.map { .string($0) }))]
        case .object(let fields): Self.object(fields)
        case .oneOf(let fields):
            Self.object(fields) + [("oneOf", .array(fields.map { ["required": [.string($0.name)]] }))]
        case .map(let value, let most):
            [("type", "object"), ("maxProperties", .int(most)), ("additionalProperties", value.openAPI)]
        case .array(let item, let least, let most):
            [("type", "array"), ("maxItems", .int(most))] + (least > 0 ? [("minItems", .int(least))] : [])
                + [("items", item.openAPI)]
        case .open: [("type", "object"), ("x-kubernetes-preserve-unknown-fields", true)]
        }
    }

    private static func object(_ fields: [Field]) -> [(String, JSON)] {
        let required = fields.filter(\.isRequired).map { JSON.string($0.name) }
        let properties = JSON.object(JSONObject(fields.map { ($0.name, $0.schema.openAPI) }))
        return [("type", "object")] + (required.isEmpty ? [] : [("required", .array(required))])
            + [("properties", properties)]
    }
}
