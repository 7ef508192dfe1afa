/// Crockford's base 32 in lower case: 5 bits a character, without i, l, o and u, which people misread.
///
/// His tolerance (upper case, o for 0) is left out: a secret has one spelling, the one that is digested.
package enum Base32 {
    package static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    static let bitsPerCharacter = 5

    /// Whether the character is one of the 32.
    package static func contains(_ character: UInt8) -> Bool { alphabet.contains(character) }

    /// The lowest 5 × `count` bits of `value`, the highest first; `count` is at most 12.
    package static func characters(_ value: UInt64, count: Int) -> [UInt8] {
        (0..<count).reversed().map { place in
            alphabet[Int(truncatingIfNeeded: (value >> (bitsPerCharacter * place)) & 31)]
        }
    }

    /// `count` characters of 5 random bits each.
    package static func random(count: Int, using random: inout some RandomNumberGenerator) -> [UInt8] {
        var characters: [UInt8] = []
        while characters.count < count {
            characters += Self.characters(random.next(), count: min(12, count - characters.count))
        }
        return characters
    }
}
