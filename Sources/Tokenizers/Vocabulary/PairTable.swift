/// A map from 64-bit keys to 64-bit values, for the look-ups of every merge and every step in a trie.
///
/// Open addressing, linear probing, at most half full. Keys are spread by a multiplier drawn once for each
/// process, so that a hostile vocabulary cannot choose keys that collide.
package struct PairTable: Sendable {
    /// What a look-up returns for a key that is not there; never stored as a value, nor as a key.
    package static let absent = UInt64.max
    private static let multiplier = UInt64.random(in: .min ... .max) | 1

    /// Key and value of slot `i` at `2 * i` and `2 * i + 1`.
    private var slots: [UInt64]
    private var shift: UInt64
    private let multiplier = Self.multiplier
    /// Keys.
    package private(set) var count = 0

    /// An empty table that takes so many keys before it grows.
    package init(minimumCapacity: Int) {
        var bits = 4
        while 1 << bits < minimumCapacity * 2 { bits += 1 }
        slots = Array(repeating: Self.absent, count: 2 << bits)
        shift = UInt64(64 - bits)
    }

    /// The value of a key, or `absent`.
    @inline(__always)
    package subscript(key key: UInt64) -> UInt64 {
        var slot = place(of: key)
        while true {
            let found = slots[2 * slot]
            if found == key { return slots[2 * slot + 1] }
            if found == Self.absent { return Self.absent }
            slot = next(slot)
        }
    }

    /// Sets the value of a key, and returns the value that it had or `absent`.
    @discardableResult
    package mutating func insert(_ key: UInt64, _ value: UInt64) -> UInt64 {
        precondition(key != Self.absent && value != Self.absent)
        if (count + 1) * 4 > slots.count { grow() }
        var slot = place(of: key)
        while slots[2 * slot] != Self.absent {
            if slots[2 * slot] == key {
                defer { slots[2 * slot + 1] = value }
                return slots[2 * slot + 1]
            }
            slot = next(slot)
        }
        slots[2 * slot] = key
        slots[2 * slot + 1] = value
        count += 1
        return Self.absent
    }

    @inline(__always)
    private func place(of key: UInt64) -> Int { Int(truncatingIfNeeded: (key &* multiplier) &>> shift) }

    @inline(__always)
    private func next(_ slot: Int) -> Int { (slot &+ 1) & (slots.count >> 1 &- 1) }

    private mutating func grow() {
        var larger = PairTable(minimumCapacity: slots.count / 2)
        for slot in stride(from: 0, to: slots.count, by: 2) where slots[slot] != Self.absent {
            larger.insert(slots[slot], slots[slot + 1])
        }
        self = larger
    }
}
