extension Jinja {
    /// The methods of Python's types, without those that the immutable sandbox keeps back.
    enum Methods {
        static func method(_ name: String, of owner: Value) -> Method? {
            switch owner {
            case .string, .markup: text[name]
            case .list, .tuple, .range: sequence(name, of: owner)
            case .mapping: mapping[name]
            case .float: name == "is_integer" ? isInteger : nil
            default: nil
            }
        }

        /// Whether Python has the attribute and the sandbox denies it: what changes a list or a dictionary,
        /// and what belongs to the interpreter.
        static func isUnsafe(_ name: String, of owner: Value) -> Bool {
            switch owner {
            case .list where listMutators.contains(name), .mapping where mappingMutators.contains(name): true
            default: name.hasPrefix("__") && internals.contains(name)
            }
        }

        private static let listMutators: Set<String> = [
            "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort",
        ]
        private static let mappingMutators: Set<String> = ["clear", "pop", "popitem", "setdefault", "update"]
        /// What every object of Python has.
        private static let internals: Set<String> = [
            "__class__", "__delattr__", "__dir__", "__doc__", "__eq__", "__format__", "__ge__", "__getattribute__",
            "__getstate__", "__gt__", "__hash__", "__init__", "__init_subclass__", "__le__", "__lt__", "__ne__",
            "__new__", "__reduce__", "__reduce_ex__", "__repr__", "__setattr__", "__sizeof__", "__str__",
            "__subclasshook__",
        ]

        private static let isInteger = Method(.native("float.is_integer")) { receiver, _, _ throws(TemplateError) in
            guard let number = receiver.float else { return .bool(false) }
            return .bool(number == number.rounded() && number.isFinite)
        }

        // MARK: Dictionaries

        private static let mapping: [String: Method] = [
            "keys": view(.keys),
            "values": view(.values),
            "items": view(.items),
            "get": Method(.native("get", "key default?")) { receiver, bound, interpreter throws(TemplateError) in
                guard case .mapping(let mapping) = receiver else { return .none }
                return try mapping.members.value(for: bound.required(0), interpreter.meter) ?? bound[1] ?? .none
            },
            "copy": Method(.native("dict.copy")) { receiver, _, interpreter throws(TemplateError) in
                guard case .mapping(let mapping) = receiver else { return .none }
                return try .mapping(mapping.members, interpreter.meter)
            },
            "fromkeys": Method(free: { _, arguments, interpreter throws(TemplateError) in
                try MappingFactory.fromKeys(arguments, interpreter)
            }),
        ]

        private static func view(_ part: MappingView.Part) -> Method {
            Method(.native("dict.\(part.rawValue)")) { receiver, _, _ throws(TemplateError) in
                guard case .mapping(let mapping) = receiver else { return .none }
                return .object(MappingView(part, of: mapping))
            }
        }

        // MARK: Lists, tuples and ranges

        private static func sequence(_ name: String, of owner: Value) -> Method? {
            switch name {
            case "count": count
            case "index": index
            case "copy": if case .list = owner { copy } else { nil }
            default: nil
            }
        }

        private static let count = Method(.native("list.count", "value")) {
            receiver, bound, interpreter throws(TemplateError) in
            var count = 0
            for item in try collect(receiver, interpreter.meter)
            where try equal(item, bound.required(0), interpreter.meter) { count += 1 }
            return .int(count)
        }

        private static let index = Method(.native("index", "value start? stop?")) {
            receiver, bound, interpreter throws(TemplateError) in
            let items = try collect(receiver, interpreter.meter)
            let places = try places(
                start: bound[1]?.integer, stop: bound[2]?.integer, step: 1, count: items.count)
            for place in places where try equal(items[place], bound.required(0), interpreter.meter) {
                return .int(place)
            }
            let isTuple = if case .tuple = receiver { true } else { false }
            let wanted = try repr(bound.required(0), interpreter.meter)
            throw .value(isTuple ? "tuple.index(x): x not in tuple" : "\(wanted) is not in \(receiver.typeName)")
        }

        private static let copy = Method(.native("list.copy")) { receiver, _, interpreter throws(TemplateError) in
            try .list(try collect(receiver, interpreter.meter), interpreter.meter)
        }
    }
}
