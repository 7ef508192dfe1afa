extension Jinja {
    /// A value with behaviour of its own: a namespace, a loop, a macro, an iterator, …
    ///
    /// The defaults are those of a Python object without any special method.
    class Object {
        /// The name of the type in Python's messages.
        var typeName: String { "object" }
        /// What lacks an attribute, in the messages of undefined values.
        var ownerName: String { "\(typeName) object" }
        /// How many values are inside one another in what this holds for good.
        var depth: Int { 0 }
        var isTrue: Bool { true }
        var isCallable: Bool { false }
        var isIterable: Bool { false }
        var isHashable: Bool { true }
        /// The number of items, of an object that knows it.
        var count: Int? { nil }
        func representation(_ meter: Meter) throws(TemplateError) -> String { "<\(typeName) object>" }

        /// The attribute of that name; nil for none.
        func attribute(_ name: String, _ interpreter: Interpreter) throws(TemplateError) -> Value? { nil }

        func call(_ arguments: CallArguments, _ interpreter: Interpreter) throws(TemplateError) -> Value {
            throw .type("'\(typeName)' object is not callable")
        }

        func makeIterator(_ meter: Meter) throws(TemplateError) -> ValueIterator {
            throw .type("'\(typeName)' object is not iterable")
        }
    }

    /// Something that could hold itself, and is emptied when the rendering ends.
    protocol Releasable: AnyObject {
        func release()
    }
}
