extension Jinja {
    /// `tojson`: the text that Python's `json.dumps` writes.
    struct JSONText {
        struct Style {
            var escapesNonASCII = false
            /// What one level is indented by; nil for one line.
            var indent: String?
            var itemSeparator = ", "
            var keySeparator = ": "
            var sortsKeys = false
        }

        private let style: Style
        private let meter: Meter
        private var bytes: [UInt8] = []

        static func text(of value: Value, _ style: Style, _ meter: Meter) throws(TemplateError) -> String {
            var writer = JSONText(style: style, meter: meter)
            try writer.append(value, level: 0)
            return String(utf8: writer.bytes)
        }

        private init(style: Style, meter: Meter) {
            self.style = style
            self.meter = meter
        }

        private mutating func append(_ text: String) throws(TemplateError) {
            try meter.allocate(text.utf8.count)
            bytes.append(contentsOf: text.utf8)
        }

        private mutating func append(_ value: Value, level: Int) throws(TemplateError) {
            try meter.step()
            switch value {
            case .none: try append("null")
            case .bool(let value): try append(value ? "true" : "false")
            case .int(let value): try append(String(value))
            case .float(let value): try append(Self.text(of: value))
            case .string(let text), .markup(let text): try appendQuoted(text)
            case .list(let list): try append(list.items, level: level)
            case .tuple(let tuple): try append(tuple.items, level: level)
            case .mapping(let mapping): try append(mapping.members, level: level)
            case .undefined, .range, .object:
                throw .type("Object of type \(value.typeName) is not JSON serializable")
            }
        }

        private static func text(of value: Double) -> String {
            if value.isFinite { return Jinja.repr(value) }
            return value.isNaN ? "NaN" : (value < 0 ? "-Infinity" : "Infinity")
        }

        // MARK: Containers

        private mutating func append(_ items: [Value], level: Int) throws(TemplateError) {
            guard !items.isEmpty else { return try append("[]") }
            try append("[")
            var isFirst = true
            for item in items {
                try appendSeparator(isFirst: isFirst, level: level + 1)
                isFirst = false
                try append(item, level: level + 1)
            }
            try appendLineBreak(level: level)
            try append("]")
        }

        private mutating func append(_ members: OrderedMembers, level: Int) throws(TemplateError) {
            guard !members.isEmpty else { return try append("{}") }
            try append("{")
            var isFirst = true
            for (key, value) in try ordered(members) {
                try appendSeparator(isFirst: isFirst, level: level + 1)
                isFirst = false
                try appendQuoted(try name(of: key))
                try append(style.keySeparator)
                try append(value, level: level + 1)
            }
            try appendLineBreak(level: level)
            try append("}")
        }

        private func ordered(_ members: OrderedMembers) throws(TemplateError) -> [(key: Value, value: Value)] {
            guard style.sortsKeys else { return members.pairs }
            let keys = members.pairs.map(\.key)
            let places = keys.indices.map { Value.int($0) }
            let sorted = try Jinja.sorted(places, by: keys, descending: false, meter)
            return sorted.compactMap(\.integer).map { members.pairs[$0] }
        }

        private func name(of key: Value) throws(TemplateError) -> String {
            switch key {
            case .string(let text), .markup(let text): return text
            case .none: return "null"
            case .bool(let value): return value ? "true" : "false"
            case .int(let value): return String(value)
            case .float(let value): return Self.text(of: value)
            default: throw .type("keys must be str, int, float, bool or None, not \(key.typeName)")
            }
        }

        private mutating func appendSeparator(isFirst: Bool, level: Int) throws(TemplateError) {
            if !isFirst { try append(style.itemSeparator) }
            try appendLineBreak(level: level)
        }

        private mutating func appendLineBreak(level: Int) throws(TemplateError) {
            guard let indent = style.indent else { return }
            try meter.allocate(indent.utf8.count, each: level)
            try append("\n")
            for _ in 0..<level { bytes.append(contentsOf: indent.utf8) }
        }

        // MARK: Text

        private mutating func appendQuoted(_ text: String) throws(TemplateError) {
            try meter.allocate(text.utf8.count)
            bytes.append(UInt8(ascii: "\""))
            for scalar in text.unicodeScalars { append(scalar) }
            bytes.append(UInt8(ascii: "\""))
        }

        private mutating func append(_ scalar: Unicode.Scalar) {
            switch scalar {
            case "\"": bytes.append(contentsOf: #"\""#.utf8)
            case "\\": bytes.append(contentsOf: #"\\"#.utf8)
            case "\n": bytes.append(contentsOf: #"\n"#.utf8)
            case "\r": bytes.append(contentsOf: #"\r"#.utf8)
            case "\t": bytes.append(contentsOf: #"\t"#.utf8)
            case "\u{08}": bytes.append(contentsOf: #"\b"#.utf8)
            case "\u{0C}": bytes.append(contentsOf: #"\f"#.utf8)
            case _ where scalar.value < 0x20 || (style.escapesNonASCII && scalar.value > 0x7E):
                for unit in UTF16.encode(scalar) ?? .init() {
                    bytes.append(contentsOf: ("\\u" + String(unit, radix: 16).paddedLeft(to: 4)).utf8)
                }
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
            }
        }
    }
}
