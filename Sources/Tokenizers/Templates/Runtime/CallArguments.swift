extension Jinja {
    /// The values that a call passes.
    struct CallArguments {
        var positional: [Value] = []
        var keywords: [(name: String, value: Value)] = []

        init(_ positional: [Value] = []) { self.positional = positional }

        /// The value of a keyword, taken out.
        mutating func take(_ name: String) -> Value? {
            guard let place = keywords.firstIndex(where: { $0.name.isSameText(as: name) }) else { return nil }
            return keywords.remove(at: place).value
        }
    }

    /// The parameters of a function, and the name under which Python's messages know it.
    struct Signature: Sendable {
        let function: String
        let parameters: [String]
        /// How many of the parameters must be given.
        let required: Int
        /// Arguments that the reference passes before these: its context. They count in messages.
        let hidden: Int
        private let origin: Origin

        /// Where a function comes from, which decides how its messages count.
        private enum Origin {
            case python
            /// C functions take no keywords.
            case native
            /// C functions that read their arguments by a format.
            case parsing
        }

        /// A function written in Python. Parameters that may be left out end with `?`.
        init(_ function: String, _ parameters: String, hidden: Int = 0) {
            self.init(function, parameters, hidden: hidden, origin: .python)
        }

        static func native(_ function: String, _ parameters: String = "") -> Signature {
            Signature(function, parameters, hidden: 0, origin: .native)
        }

        static func parsing(_ function: String, _ parameters: String) -> Signature {
            Signature(function, parameters, hidden: 0, origin: .parsing)
        }

        private init(_ function: String, _ parameters: String, hidden: Int, origin: Origin) {
            let words = parameters.split(separator: " ")
            self.function = function
            self.parameters = words.map { String($0.last == "?" ? $0.dropLast() : $0) }
            required = words.prefix { $0.last != "?" }.count
            self.hidden = hidden
            self.origin = origin
        }

        /// The arguments in the order of the parameters; nil for those left out.
        func bind(_ arguments: CallArguments) throws(TemplateError) -> Bound {
            guard origin == .python || arguments.keywords.isEmpty else {
                throw .type("\(function)() takes no keyword arguments")
            }
            guard arguments.positional.count <= parameters.count else {
                throw tooMany(arguments.positional.count)
            }
            var values: [Value?] = arguments.positional
            values += Array(repeating: nil, count: parameters.count - values.count)
            for (name, value) in arguments.keywords {
                guard let place = parameters.firstIndex(where: { $0.isSameText(as: name) }) else {
                    throw .type("\(function)() got an unexpected keyword argument '\(name)'")
                }
                guard values[place] == nil else {
                    throw .type("\(function)() got multiple values for argument '\(name)'")
                }
                values[place] = value
            }
            let missing = (0..<required).filter { values[$0] == nil }
            guard missing.isEmpty else { throw tooFew(missing, given: arguments.positional.count) }
            return Bound(values: values)
        }

        private func tooFew(_ missing: [Int], given: Int) -> TemplateError {
            if origin != .python { return wrongCount(given, isLess: true) }
            let names = missing.map { "'\(parameters[$0])'" }
            let list =
                switch names.count {
                case 1: names[0]
                case 2: "\(names[0]) and \(names[1])"
                default: names.dropLast().joined(separator: ", ") + ", and \(names[names.count - 1])"
                }
            let noun = names.count == 1 ? "argument" : "arguments"
            return .type("\(function)() missing \(names.count) required positional \(noun): \(list)")
        }

        private func tooMany(_ given: Int) -> TemplateError {
            if origin != .python { return wrongCount(given, isLess: false) }
            let (least, most) = (required + hidden, parameters.count + hidden)
            let range = least == most ? "\(most)" : "from \(least) to \(most)"
            let noun = most == 1 ? "argument" : "arguments"
            return .type("\(function)() takes \(range) positional \(noun) but \(given + hidden) were given")
        }

        private func wrongCount(_ given: Int, isLess: Bool) -> TemplateError {
            switch parameters.count {
            case 0: return .type("\(function)() takes no arguments (\(given) given)")
            case 1 where required == 1: return .type("\(function)() takes exactly one argument (\(given) given)")
            default:
                let bound = isLess ? required : parameters.count
                let word = required == parameters.count ? "" : (isLess ? "at least " : "at most ")
                if origin == .parsing {
                    return .type(
                        "\(function)() takes \(word)\(bound) argument\(bound == 1 ? "" : "s") (\(given) given)")
                }
                let name = function.split(separator: ".").last ?? ""
                return .type("\(name) expected \(word)\(bound) argument\(bound == 1 ? "" : "s"), got \(given)")
            }
        }
    }

    /// Arguments in the order of a signature.
    struct Bound {
        fileprivate let values: [Value?]

        /// The argument, if it was given.
        subscript(place: Int) -> Value? { place < values.count ? values[place] : nil }

        /// The argument where the signature requires one.
        func required(_ place: Int) -> Value { self[place] ?? .none }

        /// The argument, if it was given and is not None.
        func some(_ place: Int) -> Value? { self[place].flatMap { $0.isNone ? nil : $0 } }

        /// A condition that the caller may set.
        func flag(_ place: Int, default isTrue: Bool = false) -> Bool { self[place]?.isTrue ?? isTrue }

        /// An integer that the caller may set.
        func integer(_ place: Int, default number: Int) throws(TemplateError) -> Int {
            guard let value = self[place] else { return number }
            return try Jinja.integer(value)
        }

        /// The text of an argument that the caller may set; nil where it is missing or None.
        func text(_ place: Int, _ meter: Meter) throws(TemplateError) -> String? {
            guard let value = some(place) else { return nil }
            return try Jinja.str(value, meter)
        }
    }

    /// The integer that a function takes.
    static func integer(_ value: Value) throws(TemplateError) -> Int {
        guard let number = value.integer else {
            throw .type("'\(value.typeName)' object cannot be interpreted as an integer")
        }
        return number
    }
}
