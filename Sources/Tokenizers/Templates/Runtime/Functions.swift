extension Jinja {
    /// A function that is not written in the template.
    final class NativeFunction: Object {
        typealias Body = (CallArguments, Interpreter) throws(TemplateError) -> Value

        private let name: String
        private let body: Body

        init(_ name: String, _ body: @escaping Body) {
            self.name = name
            self.body = body
        }

        override var typeName: String { "function" }
        override var isCallable: Bool { true }

        override func representation(_ meter: Meter) -> String { "<function \(name)>" }

        override func call(_ arguments: CallArguments, _ interpreter: Interpreter) throws(TemplateError) -> Value {
            try body(arguments, interpreter)
        }
    }

    /// A method of a text, a list, … with the value that it was taken from.
    final class BoundMethod: Object {
        private let name: String
        private let receiver: Value
        private let method: Method

        init(_ name: String, of receiver: Value, _ method: Method) {
            self.name = name
            self.receiver = receiver
            self.method = method
        }

        override var typeName: String { "builtin_function_or_method" }
        override var isCallable: Bool { true }
        override var depth: Int { receiver.depth + 1 }

        override func representation(_ meter: Meter) -> String {
            "<built-in method \(name) of \(receiver.typeName) object>"
        }

        override func call(_ arguments: CallArguments, _ interpreter: Interpreter) throws(TemplateError) -> Value {
            try method.call(receiver, arguments, interpreter)
        }
    }

    /// What a method does.
    struct Method: Sendable {
        typealias Body = @Sendable (Value, Bound, Interpreter) throws(TemplateError) -> Value
        typealias FreeBody = @Sendable (Value, CallArguments, Interpreter) throws(TemplateError) -> Value

        private enum Kind: Sendable {
            case bound(Signature, Body)
            case free(FreeBody)
        }

        private let kind: Kind

        init(_ signature: Signature, _ body: @escaping Body) { kind = .bound(signature, body) }

        /// A method that takes its arguments as they come.
        init(free body: @escaping FreeBody) { kind = .free(body) }

        @inline(never)
        func call(
            _ receiver: Value, _ arguments: CallArguments, _ interpreter: Interpreter
        ) throws(TemplateError) -> Value {
            switch kind {
            case .bound(let signature, let body): try body(receiver, try signature.bind(arguments), interpreter)
            case .free(let body): try body(receiver, arguments, interpreter)
            }
        }
    }
}
