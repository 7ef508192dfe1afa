/// Random numbers as a pure function of where they are drawn: the finalizer of SplitMix64 (Steele, Lea, Flood 2014)
/// behind its step.
enum SplitMix {
    static func mix(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// 0 ..< 1, of 53 bits.
    static func uniform(_ bits: UInt64) -> Double { Double(bits >> 11) * 0x1p-53 }

    /// The number at `place` of a sequence of its own for each seed.
    static func uniform(seed: Int, place: Int) -> Double {
        uniform(mix(mix(UInt64(bitPattern: Int64(seed))) ^ UInt64(bitPattern: Int64(place))))
    }
}
