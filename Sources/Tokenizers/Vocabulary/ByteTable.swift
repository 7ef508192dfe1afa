/// A map from byte strings to token ids.
///
/// Not a `Dictionary<String, …>`: Swift's strings are equal when they are canonically equivalent ("é" in
/// one or two scalars), but a vocabulary may hold both spellings as different tokens. The keys stand
/// back to back in one array, so that a table of 150,000 tokens is four allocations.
package struct ByteTable: Sendable {
    private static let empty: UInt32 = 0

    /// Entry number + 1; open addressing, at most half full.
    private var slots: [UInt32]
    private var keys: [UInt8] = []
    /// Entry `i` is `keys[starts[i]..<starts[i + 1]]`.
    private var starts: [Int] = [0]
    private var values: [TokenID] = []
    /// Length of the longest key in bytes.
    package private(set) var longestKey = 0

    /// An empty table that takes so many keys before it grows.
    package init(minimumCapacity: Int = 0) {
        var capacity = 16
        while capacity < minimumCapacity * 2 { capacity *= 2 }
        slots = Array(repeating: Self.empty, count: capacity)
    }

    /// Keys.
    package var count: Int { values.count }

    /// The value of `text[range]`, or nil.
    package func value(of text: [UInt8], _ range: Range<Int>) -> TokenID? {
        if range.count > longestKey { return nil }
        let slot = slot(of: text, range)
        return slots[slot] == Self.empty ? nil : values[Int(slots[slot]) - 1]
    }

    /// The value of a whole text, or nil.
    package func value(of text: [UInt8]) -> TokenID? { value(of: text, 0..<text.count) }

    /// Sets the value of a key and returns the value that it had.
    @discardableResult
    package mutating func insert(_ key: [UInt8], _ value: TokenID) -> TokenID? {
        if (count + 1) * 2 > slots.count { grow() }
        let slot = slot(of: key, 0..<key.count)
        if slots[slot] != Self.empty {
            defer { values[Int(slots[slot]) - 1] = value }
            return values[Int(slots[slot]) - 1]
        }
        keys.append(contentsOf: key)
        starts.append(keys.count)
        values.append(value)
        slots[slot] = UInt32(values.count)
        longestKey = max(longestKey, key.count)
        return nil
    }

    /// The slot that holds the key, or the empty one where it belongs.
    private func slot(of text: [UInt8], _ range: Range<Int>) -> Int {
        var slot = Self.hash(text, range) & (slots.count - 1)
        while slots[slot] != Self.empty, !isKey(Int(slots[slot]) - 1, text, range) {
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private func isKey(_ entry: Int, _ text: [UInt8], _ range: Range<Int>) -> Bool {
        let start = starts[entry]
        guard starts[entry + 1] - start == range.count else { return false }
        for offset in 0..<range.count where keys[start + offset] != text[range.lowerBound + offset] { return false }
        return true
    }

    /// Swift's seeded hash, so that a hostile vocabulary cannot choose keys that collide.
    private static func hash(_ text: [UInt8], _ range: Range<Int>) -> Int {
        var hasher = Hasher()
        text.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0[range])) }
        return hasher.finalize()
    }

    private mutating func grow() {
        slots = Array(repeating: Self.empty, count: slots.count * 2)
        for entry in 0..<values.count {
            var slot = Self.hash(keys, starts[entry]..<starts[entry + 1]) & (slots.count - 1)
            while slots[slot] != Self.empty { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(entry + 1)
        }
    }
}
