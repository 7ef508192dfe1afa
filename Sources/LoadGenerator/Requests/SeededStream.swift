/// A stream of random numbers that is the same for the same seed and purpose on every machine.
///
/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014).
struct SeededStream: Sendable {
    private var state: UInt64

    /// - Parameter stream: which of the many streams of `seed`: each purpose has one of its own.
    init(seed: UInt64, stream: UInt64) {
        state = Self.mix(seed) ^ Self.mix(Self.mix(stream &+ 1))
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// Uniform in (0, 1], with 53 random bits.
    mutating func unit() -> Double { (Double(next() >> 11) + 1) * 0x1p-53 }

    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SeededStream {
    /// Streams below this are named here; those from here on belong to requests, by their index.
    private static let firstOfRequests: UInt64 = 16

    static func arrivals(seed: UInt64) -> SeededStream { SeededStream(seed: seed, stream: 0) }
    static func sharedPrefix(seed: UInt64) -> SeededStream { SeededStream(seed: seed, stream: 1) }
    static func openings(seed: UInt64) -> SeededStream { SeededStream(seed: seed, stream: 2) }

    static func request(_ index: Int, seed: UInt64) -> SeededStream {
        SeededStream(seed: seed, stream: firstOfRequests &+ UInt64(bitPattern: Int64(index)))
    }
}
