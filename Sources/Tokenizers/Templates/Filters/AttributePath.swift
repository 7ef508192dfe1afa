extension Jinja {
    /// The argument `attribute` of filters: names and indices with dots between them, looked up one after the
    /// other.
    struct AttributePath {
        private let parts: [Value]
        private let defaultValue: Value?

        /// - Parameter defaultValue: stands for a part that is not there.
        init(_ attribute: Value, default defaultValue: Value? = nil) throws(TemplateError) {
            parts =
                switch attribute {
                case .none: []
                case .string(let text), .markup(let text): Self.parts(of: text)
                default: [attribute]
                }
            self.defaultValue = defaultValue.flatMap { $0.isNone ? nil : $0 }
        }

        private static func parts(of text: String) -> [Value] {
            text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { part in
                let isIndex = !part.isEmpty && part.allSatisfy { 0x30...0x39 ~= $0 }
                let name = String(utf8: part)
                return isIndex ? Int(name).map { .int($0) } ?? .string(name) : .string(name)
            }
        }

        /// The paths that commas separate.
        static func paths(_ attribute: Value?) throws(TemplateError) -> [AttributePath] {
            guard let attribute, let text = attribute.text else { return [try AttributePath(attribute ?? .none)] }
            var paths: [AttributePath] = []
            for part in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
                paths.append(try AttributePath(.string(String(utf8: part))))
            }
            return paths
        }

        func value(of item: Value, _ interpreter: Interpreter) throws(TemplateError) -> Value {
            var value = item
            for part in parts {
                value = try interpreter.item(part, of: value)
                if value.isUndefined, let defaultValue { value = defaultValue }
            }
            return value
        }

        /// The value as a key to compare: text in lower case, unless case matters.
        func key(of item: Value, isCaseSensitive: Bool, _ interpreter: Interpreter) throws(TemplateError) -> Value {
            let value = try value(of: item, interpreter)
            return isCaseSensitive ? value : try Self.ignoringCase(value, interpreter.meter)
        }

        static func ignoringCase(_ value: Value, _ meter: Meter) throws(TemplateError) -> Value {
            guard let text = value.text else { return value }
            try meter.scan(text.utf8.count)
            return try .text(text.pythonLowercased, meter)
        }
    }
}
