extension Jinja {
    /// The members of a dictionary or a namespace, in the order in which their keys came first.
    ///
    /// Few members are found by scan, many by hash.
    struct OrderedMembers {
        private(set) var pairs: [(key: Value, value: Value)] = []
        private var index: [HashKey: Int] = [:]
        private static let scanLimit = 8

        init() {}

        var count: Int { pairs.count }

        var isEmpty: Bool { pairs.isEmpty }

        subscript(name: String) -> Value? { place(of: name).map { pairs[$0].value } }

        /// - Throws: for a key that cannot be hashed, as a list.
        func value(for key: Value, _ meter: Meter) throws(TemplateError) -> Value? {
            if let name = key.text { return self[name] }
            return try place(of: try HashKey(key, meter)).map { pairs[$0].value }
        }

        mutating func set(_ value: Value, for name: String) {
            if let place = place(of: name) {
                pairs[place].value = value
            } else {
                append(.string(name), .text(name), value)
            }
        }

        mutating func set(_ value: Value, for key: Value, _ meter: Meter) throws(TemplateError) {
            let hashed = try HashKey(key, meter)
            if let place = try place(of: hashed) {
                pairs[place].value = value
            } else {
                append(key, hashed, value)
            }
        }

        private mutating func append(_ key: Value, _ hashed: HashKey, _ value: Value) {
            pairs.append((key, value))
            if pairs.count == Self.scanLimit + 1 {
                for (place, pair) in pairs.enumerated() { index[HashKey(known: pair.key)] = place }
            } else if pairs.count > Self.scanLimit {
                index[hashed] = pairs.count - 1
            }
        }

        private func place(of name: String) -> Int? {
            if pairs.count > Self.scanLimit { return index[.text(name)] }
            return pairs.firstIndex { $0.key.text?.isSameText(as: name) ?? false }
        }

        private func place(of key: HashKey) throws(TemplateError) -> Int? {
            if pairs.count > Self.scanLimit { return index[key] }
            return pairs.firstIndex { HashKey(known: $0.key) == key }
        }
    }
}
