import Crypto

/// The name of a full KV block: a SHA-256 chain over (tenant salt, model fingerprint, tokens).
///
/// Equal keys mean that the same model saw the same tokens from the start of a sequence on, under the same
/// salt; so a block never crosses from one tenant to another unless both chose the same salt.
package struct BlockKey: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    private init(_ digest: SHA256.Digest) {
        words = digest.withUnsafeBytes { bytes in
            let word = { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
            return (word(0), word(1), word(2), word(3))
        }
    }

    /// The key before the first block.
    package static func root(salt: String, fingerprint: String) -> BlockKey {
        var hash = SHA256()
        // The length in front keeps ("ab", "c") and ("a", "bc") apart.
        withUnsafeBytes(of: UInt64(salt.utf8.count).littleEndian) { hash.update(bufferPointer: $0) }
        hash.update(data: Array(salt.utf8))
        hash.update(data: Array(fingerprint.utf8))
        return BlockKey(hash.finalize())
    }

    /// The key of the block that holds `tokens` behind this one.
    package func child(_ tokens: some Collection<Int32>) -> BlockKey {
        var hash = SHA256()
        withUnsafeBytes(of: words) { hash.update(bufferPointer: $0) }
        // A closure: a key path of the standard library's is looked up for each token.
        let bytes = tokens.map { $0.littleEndian }
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return BlockKey(hash.finalize())
    }

    package static func == (left: BlockKey, right: BlockKey) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
