extension Jinja {
    /// `value is name(…)`
    struct Test: Sendable {
        typealias Body = @Sendable (Value, Bound, Interpreter) throws(TemplateError) -> Bool

        private let signature: Signature
        private let body: Body

        init(_ function: String, _ parameters: String = "value", _ body: @escaping Body) {
            signature = Signature(function, parameters)
            self.body = body
        }

        @inline(never)
        func holds(
            for value: Value, _ arguments: CallArguments, _ interpreter: Interpreter
        ) throws(TemplateError) -> Bool {
            var arguments = arguments
            arguments.positional.insert(value, at: 0)
            return try body(value, try signature.bind(arguments), interpreter)
        }
    }

    enum Tests {
        static let table: [String: Test] = kinds.merging(relations) { $1 }.merging(others) { $1 }

        /// A test that asks for nothing but the value.
        private static func asking(
            _ name: String, _ predicate: @escaping @Sendable (Value) -> Bool
        ) -> (String, Test) {
            (name, Test("test_\(name)") { value, _, _ throws(TemplateError) in predicate(value) })
        }

        private static let kinds = Dictionary(uniqueKeysWithValues: [
            asking("defined") { !$0.isUndefined },
            asking("undefined") { $0.isUndefined },
            asking("none") { $0.isNone },
            asking("boolean") { if case .bool = $0 { true } else { false } },
            asking("true") { if case .bool(true) = $0 { true } else { false } },
            asking("false") { if case .bool(false) = $0 { true } else { false } },
            asking("integer") { if case .int = $0 { true } else { false } },
            asking("float") { if case .float = $0 { true } else { false } },
            asking("number") { $0.float != nil },
            asking("string") { $0.text != nil },
            asking("mapping") { if case .mapping = $0 { true } else { false } },
            asking("escaped") { $0.isMarkup },
            asking("iterable") { isIterable($0) },
            asking("callable") {
                switch $0 {
                case .undefined: true
                case .object(let object): object.isCallable
                default: false
                }
            },
            asking("sequence") {
                switch $0 {
                case .undefined, .string, .markup, .list, .tuple, .mapping, .range: true
                default: false
                }
            },
        ])

        /// Comparisons under all their names.
        private static let relations: [String: Test] = {
            var table: [String: Test] = [:]
            let names: [(Relation, String, [String])] = [
                (.equal, "eq", ["==", "eq", "equalto"]), (.notEqual, "ne", ["!=", "ne"]),
                (.greater, "gt", [">", "gt", "greaterthan"]), (.greaterOrEqual, "ge", [">=", "ge"]),
                (.less, "lt", ["<", "lt", "lessthan"]), (.lessOrEqual, "le", ["<=", "le"]),
                (.isIn, "test_in", ["in"]),
            ]
            for (relation, function, aliases) in names {
                let test = Test(function, relation == .isIn ? "value seq" : "a b") {
                    value, bound, interpreter throws(TemplateError) in
                    try interpreter.holds(relation, value, bound.required(1))
                }
                for alias in aliases { table[alias] = test }
            }
            return table
        }()

        private static let others: [String: Test] = [
            "odd": Test("test_odd") { value, _, interpreter throws(TemplateError) in
                try remainder(value, .int(2), is: 1, interpreter)
            },
            "even": Test("test_even") { value, _, interpreter throws(TemplateError) in
                try remainder(value, .int(2), is: 0, interpreter)
            },
            "divisibleby": Test("test_divisibleby", "value num") { value, bound, interpreter throws(TemplateError) in
                try remainder(value, bound.required(1), is: 0, interpreter)
            },
            "lower": Test("test_lower") { value, _, interpreter throws(TemplateError) in
                Methods.isLowercase(try str(value, interpreter.meter).unicodeScalars)
            },
            "upper": Test("test_upper") { value, _, interpreter throws(TemplateError) in
                Methods.isUppercase(try str(value, interpreter.meter).unicodeScalars)
            },
            "sameas": Test("test_sameas", "value other") { value, bound, interpreter throws(TemplateError) in
                try isSame(value, bound.required(1), interpreter.meter)
            },
            "filter": Test("test_filter") { value, _, interpreter throws(TemplateError) in
                try exists(value, interpreter) { Filters.table[$0] != nil }
            },
            "test": Test("test_test") { value, _, interpreter throws(TemplateError) in
                try exists(value, interpreter) { table[$0] != nil }
            },
        ]

        private static func remainder(
            _ value: Value, _ divisor: Value, is wanted: Int, _ interpreter: Interpreter
        ) throws(TemplateError) -> Bool {
            let remainder = try compute(.modulo, value, divisor, interpreter.meter)
            return try equal(remainder, .int(wanted), interpreter.meter)
        }

        private static func exists(
            _ name: Value, _ interpreter: Interpreter, _ find: (String) -> Bool
        ) throws(TemplateError) -> Bool {
            _ = try HashKey(name, interpreter.meter)
            return name.text.map(find) ?? false
        }
    }
}
