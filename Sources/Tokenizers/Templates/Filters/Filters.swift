extension Jinja {
    /// `value|name(…)`
    struct Filter: Sendable {
        typealias Body = @Sendable (Value, Bound, Interpreter) throws(TemplateError) -> Value
        typealias FreeBody = @Sendable (Value, CallArguments, Interpreter) throws(TemplateError) -> Value

        private enum Kind: Sendable {
            case bound(Signature, Body)
            case free(FreeBody)
        }

        private let kind: Kind

        /// A filter with the parameters of the reference's function, of which the value is the first.
        init(_ function: String, _ parameters: String, hidden: Int = 0, _ body: @escaping Body) {
            kind = .bound(Signature(function, parameters, hidden: hidden), body)
        }

        init(native function: String, _ parameters: String, _ body: @escaping Body) {
            kind = .bound(.native(function, parameters), body)
        }

        /// A filter that takes its arguments as they come.
        init(free body: @escaping FreeBody) { kind = .free(body) }

        @inline(never)
        func apply(
            to value: Value, _ arguments: CallArguments, _ interpreter: Interpreter
        ) throws(TemplateError) -> Value {
            switch kind {
            case .bound(let signature, let body):
                var arguments = arguments
                arguments.positional.insert(value, at: 0)
                return try body(value, try signature.bind(arguments), interpreter)
            case .free(let body): return try body(value, arguments, interpreter)
            }
        }
    }

    /// All filters, by name: jinja2's without `urlize`, transformers' `tojson`, and `from_json`, which other
    /// renderers of chat templates have.
    enum Filters {
        static let table: [String: Filter] = [
            texts, layouts, markups, numbers, sequences, orders, selections, serializations,
        ].reduce(into: [:]) { $0.merge($1) { $1 } }
    }

    /// Text of any value, as filters on text take it: escaped text stays so.
    static func softText(_ value: Value, _ meter: Meter) throws(TemplateError) -> (text: String, isMarkup: Bool) {
        let text = try str(value, meter)
        try meter.scan(text.utf8.count)
        return (text, value.isMarkup)
    }
}
