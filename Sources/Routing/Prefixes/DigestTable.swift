/// Digests to small numbers by open addressing: one cache line a look-up in the mean, no allocation but to grow.
///
/// Linear probing with deletion by shifting back (Knuth, The Art of Computer Programming 3, 6.4, algorithm R), so
/// that no tombstones pile up. Digests come from outside; `seed` keeps their places from being foreseen.
struct DigestTable {
    private static let empty: Int32 = -1

    private(set) var count = 0
    private var digests: [UInt64]
    private var values: [Int32]
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
        digests = Array(repeating: 0, count: 16)
        values = Array(repeating: Self.empty, count: 16)
    }

    subscript(digest: UInt64) -> Int32? {
        let place = place(of: digest)
        return values[place] == Self.empty ? nil : values[place]
    }

    /// - Parameter value: not negative.
    mutating func insert(_ value: Int32, for digest: UInt64) {
        if (count + 1) * 4 > digests.count * 3 { grow() }
        let place = place(of: digest)
        if values[place] == Self.empty { count += 1 }
        digests[place] = digest
        values[place] = value
    }

    mutating func remove(_ digest: UInt64) -> Int32? {
        let place = place(of: digest)
        let value = values[place]
        guard value != Self.empty else { return nil }
        count -= 1
        close(place)
        return value
    }

    /// Where a digest is, or would be.
    private func place(of digest: UInt64) -> Int {
        var place = home(of: digest)
        while values[place] != Self.empty, digests[place] != digest { place = (place + 1) & (digests.count - 1) }
        return place
    }

    private func home(of digest: UInt64) -> Int {
        var mixed = (digest ^ seed) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 32)) &* 0xD6E8_FEB8_6659_FD93
        return Int(truncatingIfNeeded: mixed >> 32) & (digests.count - 1)
    }

    /// Empties a place, moving into it what could no longer be found behind it.
    private mutating func close(_ place: Int) {
        let mask = digests.count - 1
        var gap = place
        var next = (gap + 1) & mask
        while values[next] != Self.empty {
            let wayFromHome = (next - home(of: digests[next])) & mask
            if wayFromHome >= (next - gap) & mask {
                digests[gap] = digests[next]
                values[gap] = values[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        values[gap] = Self.empty
    }

    private mutating func grow() {
        let old = zip(digests, values)
        digests = Array(repeating: 0, count: digests.count * 2)
        values = Array(repeating: Self.empty, count: digests.count)
        count = 0
        for (digest, value) in old where value != Self.empty { insert(value, for: digest) }
    }
}
