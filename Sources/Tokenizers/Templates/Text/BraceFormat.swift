extension Jinja {
    /// `format.format(…)`: Python's replacement fields, looked up as the sandbox looks values up.
    struct BraceFormat {
        private let arguments: CallArguments
        private let isMarkup: Bool
        private let interpreter: Interpreter
        /// The next automatic field; nil once fields are numbered by hand.
        private var automatic: Int? = 0

        static func format(
            _ format: String, _ arguments: CallArguments, isMarkup: Bool, _ interpreter: Interpreter
        ) throws(TemplateError) -> Value {
            try interpreter.meter.scan(format.utf8.count)
            var formatter = BraceFormat(arguments: arguments, isMarkup: isMarkup, interpreter: interpreter)
            let text = try formatter.expand(Array(format.unicodeScalars), nesting: 2)
            return try .text(text, isMarkup: isMarkup, interpreter.meter)
        }

        private init(arguments: CallArguments, isMarkup: Bool, interpreter: Interpreter) {
            self.arguments = arguments
            self.isMarkup = isMarkup
            self.interpreter = interpreter
        }

        private mutating func expand(_ scalars: [Unicode.Scalar], nesting: Int) throws(TemplateError) -> String {
            guard nesting >= 0 else { throw .value("Max string recursion exceeded") }
            var result = ""
            var place = 0
            while place < scalars.count {
                let scalar = scalars[place]
                let isDoubled = place + 1 < scalars.count && scalars[place + 1] == scalar
                switch scalar {
                case "{" where isDoubled, "}" where isDoubled:
                    result.unicodeScalars.append(scalar)
                    place += 2
                case "{":
                    let end = try fieldEnd(in: scalars, from: place)
                    let text = try replace(scalars[place + 1..<end], nesting: nesting)
                    try interpreter.meter.allocate(text.utf8.count)
                    result += text
                    place = end + 1
                case "}": throw .value("Single '}' encountered in format string")
                default:
                    result.unicodeScalars.append(scalar)
                    place += 1
                }
            }
            return result
        }

        private func fieldEnd(in scalars: [Unicode.Scalar], from start: Int) throws(TemplateError) -> Int {
            guard start + 1 < scalars.count else { throw .value("Single '{' encountered in format string") }
            var depth = 0
            for place in start..<scalars.count {
                if scalars[place] == "{" { depth += 1 }
                if scalars[place] == "}" { depth -= 1 }
                if depth == 0 { return place }
            }
            throw .value("expected '}' before end of string")
        }

        private mutating func replace(_ field: ArraySlice<Unicode.Scalar>, nesting: Int) throws(TemplateError) -> String
        {
            let nameEnd = Self.nameEnd(of: field)
            var rest = field[nameEnd...]
            var conversion: Unicode.Scalar?
            if rest.first == "!" {
                conversion = rest.dropFirst().first
                guard conversion != nil else { throw .value("end of string while looking for conversion specifier") }
                rest = rest.dropFirst(2)
                guard rest.isEmpty || rest.first == ":" else {
                    throw .value("expected ':' after conversion specifier")
                }
            }
            var value = try lookUp(field[..<nameEnd])
            if let conversion { value = try convert(value, conversion) }
            let specification = try expand(Array(rest.dropFirst()), nesting: nesting - 1)
            let text = try Jinja.format(value, specification, interpreter.meter)
            return isMarkup && !value.isMarkup ? try Jinja.escape(.string(text), interpreter.meter) : text
        }

        /// Where a field's name ends: before `!` or `:` outside of brackets.
        private static func nameEnd(of field: ArraySlice<Unicode.Scalar>) -> Int {
            var isInBrackets = false
            for place in field.indices {
                if field[place] == "[" { isInBrackets = true }
                if field[place] == "]" { isInBrackets = false }
                if !isInBrackets, field[place] == "!" || field[place] == ":" { return place }
            }
            return field.endIndex
        }

        private func convert(_ value: Value, _ conversion: Unicode.Scalar) throws(TemplateError) -> Value {
            switch conversion {
            case "s": return .string(try str(value, interpreter.meter))
            case "r", "a": return .string(try repr(value, interpreter.meter))
            default: throw .value("Unknown conversion specifier \(String(conversion))")
            }
        }

        // MARK: Look-up

        /// `first.attribute[key]…`
        private mutating func lookUp(_ name: ArraySlice<Unicode.Scalar>) throws(TemplateError) -> Value {
            let firstEnd = name.firstIndex { $0 == "." || $0 == "[" } ?? name.endIndex
            var value = try first(String(scalars: name[..<firstEnd]))
            var place = firstEnd
            while place < name.endIndex {
                if name[place] == "." {
                    let end = name[(place + 1)...].firstIndex { $0 == "." || $0 == "[" } ?? name.endIndex
                    value = try interpreter.attribute(String(scalars: name[(place + 1)..<end]), of: value)
                    place = end
                } else if name[place] == "[", let end = name[place...].firstIndex(of: "]") {
                    let key = String(scalars: name[(place + 1)..<end])
                    guard !key.isEmpty else { throw .value("Empty attribute in format string") }
                    value = try interpreter.item(Int(key).map { .int($0) } ?? .string(key), of: value)
                    place = end + 1
                } else {
                    throw .value(
                        name[place] == "["
                            ? "Missing ']' in format string"
                            : "Only '.' or '[' may follow ']' in format field specifier")
                }
            }
            return value
        }

        private mutating func first(_ name: String) throws(TemplateError) -> Value {
            if name.isEmpty {
                guard let number = automatic else {
                    throw .value("cannot switch from manual field specification to automatic field numbering")
                }
                automatic = number + 1
                return try positional(number)
            }
            guard let number = Int(name), name.isASCIIText, name.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
                if let found = arguments.keywords.first(where: { $0.name.isSameText(as: name) }) { return found.value }
                throw TemplateError(.key, Jinja.repr(name))
            }
            guard automatic == nil || automatic == 0 else {
                throw .value("cannot switch from manual field specification to automatic field numbering")
            }
            automatic = nil
            return try positional(number)
        }

        private func positional(_ place: Int) throws(TemplateError) -> Value {
            guard arguments.positional.indices.contains(place) else {
                throw TemplateError(.index, "tuple index out of range")
            }
            return arguments.positional[place]
        }
    }
}
