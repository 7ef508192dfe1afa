extension Jinja {
    /// A macro that has been defined, or the `caller` of a `call` block: the text of its body, on demand.
    final class MacroValue: Object {
        let macro: Macro
        /// The scope in which it was defined.
        let frame: Frame
        /// Whether text is escaped where it was defined.
        let autoescapes: Bool

        init(_ macro: Macro, frame: Frame, autoescapes: Bool) {
            self.macro = macro
            self.frame = frame
            self.autoescapes = autoescapes
        }

        override var typeName: String { "Macro" }
        override var ownerName: String { "jinja2.runtime.Macro object" }
        override var isCallable: Bool { true }

        private var shownName: String { macro.name.map { Jinja.repr($0) } ?? "None" }

        override func representation(_ meter: Meter) -> String {
            "<Macro \(macro.name.map { Jinja.repr($0) } ?? "anonymous")>"
        }

        override func attribute(_ name: String, _ interpreter: Interpreter) throws(TemplateError) -> Value? {
            let scope = interpreter.program.scopes[macro.block.scope]
            switch name {
            case "name": return macro.name.map { .string($0) } ?? Value.none
            case "arguments": return try .tuple(macro.parameters.map { .string($0.name) }, interpreter.meter)
            case "catch_kwargs": return .bool(scope.usesKeywords)
            case "catch_varargs": return .bool(scope.usesVariadics)
            case "caller": return .bool(scope.usesCaller)
            case "explicit_caller": return .bool(macro.parameters.contains { $0.name == "caller" })
            default: return nil
            }
        }

        override func call(_ arguments: CallArguments, _ interpreter: Interpreter) throws(TemplateError) -> Value {
            try interpreter.meter.enter()
            defer { interpreter.meter.leave() }
            let inner = try interpreter.enter(macro.block.scope, from: frame)
            try bind(arguments, inner, interpreter)
            let outer = interpreter.autoescapes
            interpreter.autoescapes = autoescapes
            defer { interpreter.autoescapes = outer }
            try setDefaults(inner, interpreter)
            let text = try interpreter.capturing { () throws(TemplateError) in
                _ = try interpreter.execute(macro.block.body, inner)
            }
            return try .text(text, isMarkup: outer, interpreter.meter)
        }

        /// Puts the arguments into the variables of the macro; those that are missing stay empty.
        @inline(never)
        private func bind(
            _ arguments: CallArguments, _ inner: Frame, _ interpreter: Interpreter
        ) throws(TemplateError) {
            let names = interpreter.program.names
            var arguments = arguments
            let given = arguments.positional.prefix(macro.parameters.count)
            for (place, parameter) in macro.parameters.enumerated() {
                inner.set(place < given.count ? given[place] : arguments.take(parameter.name), for: parameter.symbol)
            }
            if inner.scope.usesCaller {
                let missing = Value.undefined(.hint("No caller defined"))
                inner.set(arguments.take("caller") ?? missing, for: names.caller)
            }
            if inner.scope.usesKeywords {
                var members = OrderedMembers()
                for (name, value) in arguments.keywords { members.set(value, for: name) }
                inner.set(try .mapping(members, interpreter.meter), for: names.keywords)
            } else if let first = arguments.keywords.first {
                throw unexpected(arguments.keywords.contains { $0.name == "caller" } ? nil : first.name)
            }
            let rest = arguments.positional.dropFirst(macro.parameters.count)
            if inner.scope.usesVariadics {
                inner.set(try .tuple(Array(rest), interpreter.meter), for: names.variadics)
            } else if !rest.isEmpty {
                throw .type("macro \(shownName) takes not more than \(macro.parameters.count) argument(s)")
            }
        }

        private func unexpected(_ name: String?) -> TemplateError {
            guard let name else {
                return .type(
                    "macro \(shownName) was invoked with two values for the special"
                        + " caller argument. This is most likely a bug.")
            }
            return .type("macro \(shownName) takes no keyword argument \(Jinja.repr(name))")
        }

        /// Computes the defaults of missing arguments in order; each sees the parameters before it.
        @inline(never)
        private func setDefaults(_ inner: Frame, _ interpreter: Interpreter) throws(TemplateError) {
            for parameter in macro.parameters {
                guard let slot = inner.value(of: parameter.symbol), slot == nil else { continue }
                let missing = Value.undefined(.hint("parameter \(Jinja.repr(parameter.name)) was not provided"))
                let value = try parameter.defaultValue.map { expression throws(TemplateError) in
                    try interpreter.evaluate(expression, inner)
                }
                inner.set(value ?? missing, for: parameter.symbol)
            }
        }
    }
}

extension Jinja.Interpreter {
    func define(_ macro: Jinja.Macro, _ frame: Jinja.Frame) throws(TemplateError) {
        guard let symbol = macro.symbol else { return }
        set(try value(of: macro, frame), for: symbol, frame)
    }

    private func value(of macro: Jinja.Macro, _ frame: Jinja.Frame) throws(TemplateError) -> Jinja.Value {
        try keep(frame)
        try meter.allocate(64)
        return .object(Jinja.MacroValue(macro, frame: frame, autoescapes: autoescapes))
    }

    /// `{% call(…) callee(…) %}…{% endcall %}`
    func execute(
        _ caller: Jinja.Macro, _ call: Jinja.Call, _ frame: Jinja.Frame
    ) throws(TemplateError) {
        try locating(caller.line) { () throws(TemplateError) in
            let target = try evaluate(call.callee, frame)
            var values = try evaluate(call.arguments, frame)
            values.keywords.append(("caller", try value(of: caller, frame)))
            try write(try Jinja.str(try self.call(target, values), meter))
        }
    }
}
