extension Jinja {
    /// The global `dict`.
    final class MappingFactory: Object {
        override var typeName: String { "TemplateDict" }
        override var ownerName: String { "transformers.utils.chat_template_utils.TemplateDict object" }
        override var isCallable: Bool { true }

        override func call(_ arguments: CallArguments, _ interpreter: Interpreter) throws(TemplateError) -> Value {
            try .mapping(try Globals.members(of: arguments, interpreter.meter), interpreter.meter)
        }

        override func attribute(_ name: String, _ interpreter: Interpreter) -> Value? {
            name == "fromkeys" ? .object(NativeFunction(name, Self.fromKeys)) : nil
        }

        static func fromKeys(
            _ arguments: CallArguments, _ interpreter: Interpreter
        ) throws(TemplateError) -> Value {
            let bound = try Signature.native("fromkeys", "iterable value?").bind(arguments)
            var members = OrderedMembers()
            for key in try collect(bound.required(0), interpreter.meter) {
                try members.set(bound[1] ?? .none, for: key, interpreter.meter)
            }
            return try .mapping(members, interpreter.meter)
        }
    }

    /// `cycler(…)`: gives its items in turn.
    final class Cycler: Object {
        private let items: Tuple
        private var place = 0

        init(_ items: Tuple) { self.items = items }

        override var typeName: String { "Cycler" }
        override var ownerName: String { "jinja2.utils.Cycler object" }
        override var depth: Int { items.depth }

        override func attribute(_ name: String, _ interpreter: Interpreter) -> Value? {
            switch name {
            case "current": items.items[place]
            case "items": .tuple(items)
            case "pos": .int(place)
            case "next": .object(NativeFunction(name) { [self] _, _ throws(TemplateError) in next() })
            case "reset": .object(NativeFunction(name) { [self] _, _ throws(TemplateError) in reset() })
            default: nil
            }
        }

        private func next() -> Value {
            defer { place = (place + 1) % items.items.count }
            return items.items[place]
        }

        private func reset() -> Value {
            place = 0
            return .none
        }
    }

    /// `joiner(…)`: gives nothing the first time, then its separator.
    final class Joiner: Object {
        private let separator: Value
        private var isUsed = false

        init(_ separator: Value) { self.separator = separator }

        override var typeName: String { "Joiner" }
        override var ownerName: String { "jinja2.utils.Joiner object" }
        override var isCallable: Bool { true }
        override var depth: Int { separator.depth }

        override func call(_ arguments: CallArguments, _ interpreter: Interpreter) -> Value {
            defer { isUsed = true }
            return isUsed ? separator : .string("")
        }

        override func attribute(_ name: String, _ interpreter: Interpreter) -> Value? {
            switch name {
            case "sep": separator
            case "used": .bool(isUsed)
            default: nil
            }
        }
    }
}
