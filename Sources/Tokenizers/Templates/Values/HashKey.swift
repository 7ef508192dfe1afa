extension Jinja {
    /// A value as Python hashes it: numbers of all kinds that are equal are one key, text is compared code
    /// point by code point.
    enum HashKey: Hashable {
        case none
        case undefined
        case int(Int)
        case float(Double)
        case text(String)
        case tuple([HashKey])
        case range(Int, Int, Int)
        case object(ObjectIdentifier)

        /// - Throws: for lists and mappings, which have no hash.
        init(_ value: Value, _ meter: Meter) throws(TemplateError) {
            try meter.step()
            switch value {
            case .tuple(let tuple):
                var keys: [HashKey] = []
                for item in tuple.items { keys.append(try HashKey(item, meter)) }
                self = .tuple(keys)
            case .list, .mapping: throw .type("unhashable type: '\(value.typeName)'")
            case .object(let object) where !object.isHashable: throw .type("unhashable type: '\(object.typeName)'")
            case .string(let text), .markup(let text):
                try meter.scan(text.utf8.count)
                self = .text(text)
            default: self.init(known: value)
            }
        }

        /// The key of a value that has been hashed before.
        init(known value: Value) {
            switch value {
            case .undefined: self = .undefined
            case .none, .list, .mapping: self = .none
            case .bool(let value): self = .int(value ? 1 : 0)
            case .int(let value): self = .int(value)
            case .float(let value): self = Int(exactly: value).map { .int($0) } ?? .float(value)
            case .string(let text), .markup(let text): self = .text(text)
            case .tuple(let tuple): self = .tuple(tuple.items.map { HashKey(known: $0) })
            case .range(let range): self = .range(range.start, range.stop, range.step)
            case .object(let object): self = .object(ObjectIdentifier(object))
            }
        }

        static func == (left: HashKey, right: HashKey) -> Bool {
            switch (left, right) {
            case (.none, .none), (.undefined, .undefined): true
            case (.int(let left), .int(let right)): left == right
            case (.float(let left), .float(let right)): left == right
            case (.text(let left), .text(let right)): left.isSameText(as: right)
            case (.tuple(let left), .tuple(let right)): left == right
            case (.range(let start, let stop, let step), .range(let start2, let stop2, let step2)):
                start == start2 && stop == stop2 && step == step2
            case (.object(let left), .object(let right)): left == right
            default: false
            }
        }

        func hash(into hasher: inout Hasher) {
            switch self {
            case .none, .undefined: break
            case .int(let value): hasher.combine(value)
            case .float(let value): hasher.combine(value)
            // Text that is the same code point by code point has the same hash; more need not hold.
            case .text(let text): hasher.combine(text)
            case .tuple(let keys): hasher.combine(keys)
            case .range(let start, let stop, let step):
                hasher.combine(start)
                hasher.combine(stop)
                hasher.combine(step)
            case .object(let identifier): hasher.combine(identifier)
            }
        }
    }
}
