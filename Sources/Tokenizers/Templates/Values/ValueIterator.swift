extension Jinja {
    /// Gives values one by one, once: what loops and filters read from, and what Python's generators are.
    final class ValueIterator: Object {
        typealias Advance = () throws(TemplateError) -> Value?

        private let name: String
        private let heldDepth: Int
        private var items: [Value] = []
        private var place = 0
        private var advance: Advance?

        override var typeName: String { name }
        override var depth: Int { heldDepth }
        override var isIterable: Bool { true }

        /// Over items that are known.
        init(_ items: [Value], name: String = "list_iterator", depth: Int = 0) {
            self.items = items
            self.name = name
            heldDepth = depth
        }

        /// Over what `advance` gives until it gives nil. `depth` is that of what the function holds.
        init(name: String = "generator", depth: Int, advance: @escaping Advance) throws(TemplateError) {
            self.name = name
            self.advance = advance
            heldDepth = try Jinja.checkedDepth(depth + 1)
        }

        func next() throws(TemplateError) -> Value? {
            if let advance {
                if let value = try advance() { return value }
                self.advance = nil
                return nil
            }
            guard place < items.count else { return nil }
            place += 1
            return items[place - 1]
        }

        override func makeIterator(_ meter: Meter) -> ValueIterator { self }
    }
}

extension Jinja {
    /// The iterator of a value.
    ///
    /// - Throws: for what cannot be iterated.
    static func makeIterator(of value: Value, _ meter: Meter) throws(TemplateError) -> ValueIterator {
        switch value {
        case .undefined: return ValueIterator([])
        case .list(let list): return ValueIterator(list.items, depth: list.depth)
        case .tuple(let tuple): return ValueIterator(tuple.items, name: "tuple_iterator", depth: tuple.depth)
        case .range(let range): return ValueIterator(range.values, name: "range_iterator")
        case .mapping(let mapping):
            return ValueIterator(mapping.members.pairs.map(\.key), name: "dict_keyiterator", depth: mapping.depth)
        case .string(let text), .markup(let text): return try characters(of: text, meter)
        case .object(let object): return try object.makeIterator(meter)
        case .none, .bool, .int, .float: throw .type("'\(value.typeName)' object is not iterable")
        }
    }

    private static func characters(of text: String, _ meter: Meter) throws(TemplateError) -> ValueIterator {
        var scalars = text.unicodeScalars.makeIterator()
        return try ValueIterator(name: "str_iterator", depth: 0) { () throws(TemplateError) in
            scalars.next().map { .string(String($0)) }
        }
    }

    /// All values that iterating over `value` gives.
    static func collect(_ value: Value, _ meter: Meter) throws(TemplateError) -> [Value] {
        switch value {
        case .list(let list): return list.items
        case .tuple(let tuple): return tuple.items
        default: break
        }
        let iterator = try makeIterator(of: value, meter)
        var items: [Value] = []
        while let item = try iterator.next() {
            try meter.step()
            try meter.allocate(32)
            items.append(item)
        }
        return items
    }

    /// Whether iterating over a value can begin.
    static func isIterable(_ value: Value) -> Bool {
        switch value {
        case .none, .bool, .int, .float: false
        case .object(let object): object.isIterable
        default: true
        }
    }

    /// Exactly `count` values that iterating over `value` gives.
    static func unpack(_ value: Value, count: Int, _ meter: Meter) throws(TemplateError) -> [Value] {
        guard isIterable(value) else { throw .type("cannot unpack non-iterable \(value.typeName) object") }
        let iterator = try makeIterator(of: value, meter)
        var values: [Value] = []
        while let item = try iterator.next() {
            guard values.count < count else { throw .value("too many values to unpack (expected \(count))") }
            values.append(item)
        }
        guard values.count == count else {
            throw .value("not enough values to unpack (expected \(count), got \(values.count))")
        }
        return values
    }
}
