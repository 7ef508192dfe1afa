import Ledger
import TestSupport
import Testing

@Suite struct ChecksumTests {
    /// The check value of the standard and values that zlib gives.
    @Test(
        arguments: [
            ("", 0), ("123456789", 0xCBF4_3926), ("a", 0xE8B7_BE43),
            ("The quick brown fox jumps over the lazy dog", 0x414F_A339),
        ] as [(String, UInt32)])
    func crc32IsTheOneOfZip(text: String, checksum: UInt32) {
        #expect(CRC32.checksum(text.utf8) == checksum)
    }

    /// Bit by bit, as the polynomial division is defined.
    @Test func crc32IsPolynomialDivision() {
        var random = SeededGenerator(seed: 8)
        for length in 0..<100 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            var remainder = UInt32.max
            for byte in bytes {
                for bit in 0..<8 {
                    let top = (remainder ^ UInt32((byte >> bit) & 1)) & 1
                    remainder = (remainder >> 1) ^ (top == 1 ? 0xEDB8_8320 : 0)
                }
            }
            #expect(CRC32.checksum(bytes) == ~remainder)
        }
    }

    @Test func base32IsCrockfords() {
        #expect(Base32.alphabet.count == 32 && Set(Base32.alphabet).count == 32)
        #expect(Base32.alphabet == Base32.alphabet.sorted())
        for byte in UInt8.min...UInt8.max {
            let isOurs = byte < 128 && "0123456789abcdefghjkmnpqrstvwxyz".utf8.contains(byte)
            #expect(Base32.contains(byte) == isOurs)
        }
        #expect(Base32.characters(0, count: 3) == Array("000".utf8))
        #expect(Base32.characters(.max, count: 12) == Array("zzzzzzzzzzzz".utf8))
        #expect(Base32.characters(0xFFFF_FFFF, count: 7) == Array("3zzzzzz".utf8))
        #expect(Base32.characters(32 * 10 + 18, count: 2) == Array("aj".utf8))
    }

    @Test func base32CharactersAreTheBits() {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<500 {
            let value = random.next() >> UInt64.random(in: 4..<64, using: &random)
            let characters = Base32.characters(value, count: 12)
            let read = characters.reduce(UInt64(0)) { sum, character in
                sum * 32 + UInt64(Base32.alphabet.firstIndex(of: character) ?? 99)
            }
            #expect(read == value)
        }
    }

    @Test func constantTimeEqualIsEqual() {
        var random = SeededGenerator(seed: 10)
        for _ in 0..<500 {
            let left = (0..<Int.random(in: 0...3, using: &random)).map { _ in UInt8.random(in: 0...1, using: &random) }
            let right = (0..<Int.random(in: 0...3, using: &random)).map { _ in UInt8.random(in: 0...1, using: &random) }
            #expect(ConstantTime.equal(left, right) == (left == right))
        }
        let digest = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(ConstantTime.equal(digest, digest))
        for bit in 0..<256 {
            var other = digest
            other[bit / 8] ^= 1 << (bit % 8)
            #expect(!ConstantTime.equal(digest, other))
        }
        #expect(!ConstantTime.equal(digest, digest.dropLast()) && !ConstantTime.equal(digest, digest + [0]))
    }
}
