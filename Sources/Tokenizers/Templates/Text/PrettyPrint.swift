extension Jinja {
    /// `pprint`: the representation of a value, broken into lines of at most 80 characters where that can be
    /// done between items; keys in order. Long texts are not broken.
    struct PrettyPrint {
        private let meter: Meter
        private var result = ""
        private static let width = 80

        static func text(of value: Value, _ meter: Meter) throws(TemplateError) -> String {
            var printer = PrettyPrint(meter: meter)
            try printer.append(try sortingKeys(of: value, meter), indent: 0, allowance: 0)
            return printer.result
        }

        private init(meter: Meter) { self.meter = meter }

        private mutating func append(_ value: Value, indent: Int, allowance: Int) throws(TemplateError) {
            let plain = try Jinja.repr(value, meter)
            guard plain.codePointCount > Self.width - indent - allowance else {
                result += plain
                return
            }
            switch value {
            case .list(let list): try append(list.items, "[", "]", indent: indent, allowance: allowance)
            case .tuple(let tuple):
                let end = tuple.items.count == 1 ? ",)" : ")"
                try append(tuple.items, "(", end, indent: indent, allowance: allowance)
            case .mapping(let mapping): try append(mapping.members, indent: indent, allowance: allowance)
            default: result += plain
            }
        }

        private mutating func append(
            _ items: [Value], _ start: String, _ end: String, indent: Int, allowance: Int
        ) throws(TemplateError) {
            result += start
            for (place, item) in items.enumerated() {
                if place > 0 { try appendLineBreak(indent: indent + 1) }
                let isLast = place == items.count - 1
                try append(item, indent: indent + 1, allowance: isLast ? allowance + end.utf8.count : 1)
            }
            result += end
        }

        private mutating func append(
            _ members: OrderedMembers, indent: Int, allowance: Int
        ) throws(TemplateError) {
            result += "{"
            for (place, (key, value)) in members.pairs.enumerated() {
                if place > 0 { try appendLineBreak(indent: indent + 1) }
                let name = try Jinja.repr(key, meter)
                result += name + ": "
                let isLast = place == members.count - 1
                try append(
                    value, indent: indent + name.codePointCount + 3, allowance: isLast ? allowance + 1 : 1)
            }
            result += "}"
        }

        private mutating func appendLineBreak(indent: Int) throws(TemplateError) {
            try meter.allocate(indent + 2)
            result += ",\n" + String(repeating: " ", count: indent)
        }

        /// The value with the keys of all its mappings in order, where they are texts.
        private static func sortingKeys(of value: Value, _ meter: Meter) throws(TemplateError) -> Value {
            try meter.step()
            switch value {
            case .list(let list): return try .list(sortingKeys(of: list.items, meter), meter)
            case .tuple(let tuple): return try .tuple(sortingKeys(of: tuple.items, meter), meter)
            case .mapping(let mapping):
                var pairs = mapping.members.pairs
                if pairs.allSatisfy({ $0.key.text != nil }) {
                    pairs.sort { ($0.key.text ?? "").precedesText($1.key.text ?? "") }
                }
                var members = OrderedMembers()
                for (key, value) in pairs { try members.set(try sortingKeys(of: value, meter), for: key, meter) }
                return try .mapping(members, meter)
            default: return value
            }
        }

        private static func sortingKeys(of items: [Value], _ meter: Meter) throws(TemplateError) -> [Value] {
            var sorted: [Value] = []
            for item in items { sorted.append(try sortingKeys(of: item, meter)) }
            return sorted
        }
    }
}
