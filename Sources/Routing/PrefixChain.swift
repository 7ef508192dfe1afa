/// Names prefixes of token sequences: the digest of a chunk covers all tokens from the first to the chunk's last.
///
/// Equal digests mean, but for a chance of 2⁻⁶⁴ or so, equal tokens under an equal salt; nothing but speed depends on
/// it. The mixing function is MurmurHash3's 64-bit finalizer, a bijection in which each bit of the input changes half
/// of the output's (A. Appleby, 2011).
package struct PrefixChain: Sendable {
    /// Tokens of a chunk. Workers and gateways must agree.
    package static let chunkTokens = 64

    private let seed: UInt64

    /// - Parameter salt: prefixes under different salts have nothing in common.
    package init(salt: String) {
        var seed: UInt64 = 0x9E37_79B9_7F4A_7C15
        for byte in salt.utf8 { seed = Self.mix(seed ^ UInt64(byte)) }
        self.seed = Self.mix(seed ^ UInt64(salt.utf8.count))
    }

    /// The digests of all full chunks, from the first on.
    package func digests(of tokens: some RandomAccessCollection<Int32>) -> [UInt64] {
        var digests: [UInt64] = []
        digests.reserveCapacity(tokens.count / Self.chunkTokens)
        extend(&digests, over: tokens)
        return digests
    }

    /// Adds the digests of the chunks that have become full since `digests` was made from the start of `tokens`.
    package func extend(_ digests: inout [UInt64], over tokens: some RandomAccessCollection<Int32>) {
        var state = digests.last ?? seed
        var rest = tokens.dropFirst(digests.count * Self.chunkTokens)
        while rest.count >= Self.chunkTokens {
            for token in rest.prefix(Self.chunkTokens) { state = Self.mix(state ^ UInt64(UInt32(bitPattern: token))) }
            digests.append(state)
            rest = rest.dropFirst(Self.chunkTokens)
        }
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var value = value
        value ^= value >> 33
        value &*= 0xFF51_AFD7_ED55_8CCD
        value ^= value >> 33
        value &*= 0xC4CE_B9FE_1A85_EC53
        value ^= value >> 33
        return value &+ 0x9E37_79B9_7F4A_7C15
    }
}
