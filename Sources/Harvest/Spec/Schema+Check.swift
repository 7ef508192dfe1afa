package import JSON

extension Schema {
    /// Everything in `json` that the schema refuses, in the order of the text.
    package func check(_ json: JSON, at path: String) -> [SpecProblem] {
        switch (kind, json) {
        case (.open, _), (.boolean, .bool): []
        case (.integer(let range), .int(let number)):
            range.contains(number) ? [] : [problem(path, "is \(number)")]
        case (.text(let pattern, let most), .string(let text)): check(text, pattern, most, path)
        case (.choice(let values), .string(let text)):
            values.contains(text) ? [] : [problem(path, "is \(SpecProblem.quoted(text))")]
        case (.object(let fields), .object(let object)): check(object, fields, path)
        case (.oneOf(let fields), .object(let object)): checkOne(object, fields, path)
        case (.map(let value, let most), .object(let object)): check(object, of: value, most, path)
        case (.array(let item, let least, let most), .array(let items)): check(items, item, least...most, path)
        default: [problem(path, "is \(json.kind)")]
        }
    }

    private func problem(_ path: String, _ found: String) -> SpecProblem {
        SpecProblem(path, "\(found); \(instead).")
    }

    private func check(_ text: String, _ pattern: String?, _ most: Int, _ path: String) -> [SpecProblem] {
        guard text.unicodeScalars.count <= most else {
            return [problem(path, "has \(text.unicodeScalars.count) characters, but at most \(most) are read")]
        }
        guard let pattern, !Self.matches(text, pattern) else { return [] }
        return [problem(path, "is \(SpecProblem.quoted(text))")]
    }

    /// A pattern of ours that does not compile would refuse everything: the tests try each.
    private static func matches(_ text: String, _ pattern: String) -> Bool {
        guard let regex = try? Regex(pattern).matchingSemantics(.unicodeScalar) else { return false }
        return (try? regex.wholeMatch(in: text)) != nil
    }

    private func check(_ object: JSONObject, _ fields: [Field], _ path: String) -> [SpecProblem] {
        var problems: [SpecProblem] = []
        for field in fields where field.isRequired && object[field.name] == nil {
            problems.append(SpecProblem(SpecProblem.join(path, field.name), "is missing; \(field.schema.instead)."))
        }
        for (name, value) in object {
            let place = SpecProblem.join(path, name)
            if let field = fields.first(where: { $0.name == name }) {
                problems += field.schema.check(value, at: place)
            } else {
                let names = fields.map(\.name).joined(separator: ", ")
                problems.append(SpecProblem(place, "is no member that we know; the members here are \(names)."))
            }
        }
        return problems
    }

    private func checkOne(_ object: JSONObject, _ fields: [Field], _ path: String) -> [SpecProblem] {
        let problems = check(object, fields, path)
        let found = fields.filter { object[$0.name] != nil }
        guard problems.isEmpty, found.count != 1 else { return problems }
        let names = found.map(\.name).joined(separator: " and ")
        return [problem(path, found.isEmpty ? "is empty" : "has both \(names)")]
    }

    private func check(_ object: JSONObject, of value: Schema, _ most: Int, _ path: String) -> [SpecProblem] {
        guard object.count <= most else { return [problem(path, "has \(object.count) members")] }
        return object.flatMap { value.check($0.value, at: SpecProblem.join(path, $0.key)) }
    }

    private func check(
        _ items: [JSON], _ item: Schema, _ count: ClosedRange<Int>, _ path: String
    ) -> [SpecProblem] {
        guard count.contains(items.count) else { return [problem(path, "has \(items.count) entries")] }
        return items.enumerated().flatMap { item.check($1, at: "\(path)[\($0)]") }
    }
}
