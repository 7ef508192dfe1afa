import TestSupport

/// Damages a valid file in the ways that broke real parsers.
struct Mutator {
    let original: [UInt8]
    /// Places of integers, where damage does most.
    let fields: [Range<Int>]
    var random: SeededGenerator

    /// The original with one to three mutations.
    mutating func next() -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2: bytes.removeLast(bytes.count - place)
        case 3: splice(&bytes, at: place)
        case 4: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...16, using: &random)))
        default: setField(&bytes)
        }
    }

    /// Copies a stretch of the file over or into another place.
    private mutating func splice(_ bytes: inout [UInt8], at place: Int) {
        let start = Int.random(in: 0..<bytes.count, using: &random)
        let piece = bytes[start..<min(bytes.count, start + Int.random(in: 1...40, using: &random))]
        let end = Bool.random(using: &random) ? place : min(bytes.count, place + piece.count)
        bytes.replaceSubrange(place..<end, with: Array(piece))
    }

    private mutating func setField(_ bytes: inout [UInt8]) {
        guard let field = fields.randomElement(using: &random), field.upperBound <= bytes.count else { return }
        let value = extreme()
        for (index, place) in field.enumerated() where index < 8 {
            bytes[place] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))
        }
    }

    /// Numbers at which arithmetic goes wrong, and small ones that are nearly right.
    private mutating func extreme() -> UInt64 {
        let edges: [UInt64] = [
            0, 1, .max, .max - 1, .max - 31, 1 << 63, 1 << 63 - 1, 1 << 62, 1 << 61, 1 << 60, 1 << 32, 1 << 32 - 1,
            1 << 31, 1 << 31 - 1, 1 << 16, UInt64(original.count), UInt64(original.count) - 1,
        ]
        if Bool.random(using: &random) { return edges.randomElement(using: &random) ?? 0 }
        return UInt64.random(in: 0..<300, using: &random)
    }
}
