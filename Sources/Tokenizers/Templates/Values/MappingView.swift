extension Jinja {
    /// What `keys()`, `values()` and `items()` of a dictionary give.
    final class MappingView: Object {
        enum Part: String { case keys, values, items }

        let mapping: Mapping
        let part: Part

        init(_ part: Part, of mapping: Mapping) {
            self.part = part
            self.mapping = mapping
        }

        override var typeName: String { "dict_\(part.rawValue)" }
        override var depth: Int { mapping.depth + 1 }
        override var isTrue: Bool { !mapping.members.isEmpty }
        override var isIterable: Bool { true }
        override var isHashable: Bool { part == .values }
        override var count: Int? { mapping.members.count }

        func items(_ meter: Meter) throws(TemplateError) -> [Value] {
            let pairs = mapping.members.pairs
            switch part {
            case .keys: return pairs.map(\.key)
            case .values: return pairs.map(\.value)
            case .items:
                var items: [Value] = []
                items.reserveCapacity(pairs.count)
                for (key, value) in pairs { items.append(try .tuple([key, value], meter)) }
                return items
            }
        }

        override func makeIterator(_ meter: Meter) throws(TemplateError) -> ValueIterator {
            ValueIterator(try items(meter), name: "dict_\(part.rawValue.dropLast())iterator", depth: mapping.depth)
        }

        override func representation(_ meter: Meter) throws(TemplateError) -> String {
            "\(typeName)(\(try Jinja.repr(.list(try items(meter), meter), meter)))"
        }
    }
}
