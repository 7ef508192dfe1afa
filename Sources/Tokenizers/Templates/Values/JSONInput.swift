import JSON

extension Jinja {
    /// The value that a template sees of a JSON value.
    static func value(of json: JSON, _ meter: Meter) throws(TemplateError) -> Value {
        switch json {
        case .null: return .none
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .double(let value): return .float(value)
        case .string(let text): return .string(text)
        case .array(let items):
            try meter.enter()
            defer { meter.leave() }
            var values: [Value] = []
            values.reserveCapacity(items.count)
            for item in items { values.append(try value(of: item, meter)) }
            return try .list(values, meter)
        case .object(let object):
            try meter.enter()
            defer { meter.leave() }
            var members = OrderedMembers()
            for (key, json) in object { members.set(try value(of: json, meter), for: key) }
            return try .mapping(members, meter)
        }
    }
}
