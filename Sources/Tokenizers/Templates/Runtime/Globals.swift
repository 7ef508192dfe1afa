extension Jinja {
    /// The names that a template has besides its inputs.
    enum Globals {
        static func value(named name: String) -> Value? {
            switch name {
            case "range": .object(NativeFunction(name, range))
            case "dict": .object(MappingFactory())
            case "namespace": .object(NativeFunction(name, namespace))
            case "cycler": .object(NativeFunction(name, cycler))
            case "joiner": .object(NativeFunction(name, joiner))
            case "raise_exception": .object(NativeFunction(name, raiseException))
            case "strftime_now": .object(NativeFunction(name, strftimeNow))
            default: nil
            }
        }

        /// The name under which transformers defines a function for templates.
        static func localName(_ name: String) -> String { "_cached_compile_jinja_template.<locals>.\(name)" }

        private static func range(_ arguments: CallArguments, _: Interpreter) throws(TemplateError) -> Value {
            var bounds: [Int] = []
            for value in arguments.positional {
                guard let bound = value.integer else {
                    throw .type("'\(value.typeName)' object cannot be interpreted as an integer")
                }
                bounds.append(bound)
            }
            switch bounds.count {
            case 0: throw .type("range expected at least 1 argument, got 0")
            case 1: return .range(try IntegerRange(start: 0, stop: bounds[0], step: 1))
            case 2: return .range(try IntegerRange(start: bounds[0], stop: bounds[1], step: 1))
            case 3: return .range(try IntegerRange(start: bounds[0], stop: bounds[1], step: bounds[2]))
            default: throw .type("range expected at most 3 arguments, got \(bounds.count)")
            }
        }

        private static func namespace(
            _ arguments: CallArguments, _ interpreter: Interpreter
        ) throws(TemplateError) -> Value {
            let namespace = try Namespace(try members(of: arguments, interpreter.meter))
            try interpreter.keep(namespace)
            return .object(namespace)
        }

        private static func cycler(
            _ arguments: CallArguments, _ interpreter: Interpreter
        ) throws(TemplateError) -> Value {
            guard !arguments.positional.isEmpty else {
                throw TemplateError(.runtime, "at least one item has to be provided")
            }
            return .object(Cycler(try Tuple(arguments.positional, interpreter.meter)))
        }

        private static func joiner(_ arguments: CallArguments, _: Interpreter) throws(TemplateError) -> Value {
            let bound = try Signature("Joiner.__init__", "sep?", hidden: 1).bind(arguments)
            return .object(Joiner(bound[0] ?? .string(", ")))
        }

        private static func raiseException(
            _ arguments: CallArguments, _ interpreter: Interpreter
        ) throws(TemplateError) -> Value {
            let bound = try Signature(localName("raise_exception"), "message").bind(arguments)
            throw .raised(try str(bound.required(0), interpreter.meter))
        }

        private static func strftimeNow(
            _ arguments: CallArguments, _ interpreter: Interpreter
        ) throws(TemplateError) -> Value {
            let bound = try Signature(localName("strftime_now"), "format").bind(arguments)
            guard let format = bound.required(0).text else {
                throw .type("strftime() argument 1 must be str, not \(bound.required(0).typeName)")
            }
            try interpreter.meter.allocate(format.utf8.count, each: 8)
            return try .text(interpreter.now.formatted(format), interpreter.meter)
        }

        // MARK: Mappings

        /// What `dict(…)` makes of a mapping, or of pairs, and of keywords.
        static func members(of arguments: CallArguments, _ meter: Meter) throws(TemplateError) -> OrderedMembers {
            var members = OrderedMembers()
            guard arguments.positional.count < 2 else {
                throw .type("dict expected at most 1 argument, got \(arguments.positional.count)")
            }
            switch arguments.positional.first {
            case nil: break
            case .mapping(let mapping)?: members = mapping.members
            case let value?: members = try self.members(ofPairs: value, meter)
            }
            for (name, value) in arguments.keywords { members.set(value, for: name) }
            return members
        }

        private static func members(ofPairs value: Value, _ meter: Meter) throws(TemplateError) -> OrderedMembers {
            if let error = value.undefinedError { throw error }
            var members = OrderedMembers()
            for (place, pair) in try collect(value, meter).enumerated() {
                guard isIterable(pair) else {
                    throw .type("cannot convert dictionary update sequence element #\(place) to a sequence")
                }
                let parts = try collect(pair, meter)
                guard parts.count == 2 else {
                    throw .value(
                        "dictionary update sequence element #\(place) has length \(parts.count); 2 is required")
                }
                try members.set(parts[1], for: parts[0], meter)
            }
            return members
        }
    }
}
