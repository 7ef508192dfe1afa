/// The alphabet in which byte-level vocabularies spell raw bytes as printable characters (GPT-2, 2019).
///
/// Bytes that print in Latin-1 stand for themselves; the other 68 are U+0100, U+0101, … in order, so that
/// a space is spelled "Ġ".
enum ByteAlphabet {
    /// The scalar that spells each byte.
    static let scalars: [UInt32] = {
        var next: UInt32 = 0x100
        return (UInt32(0)...255).map { byte in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return byte
            default:
                defer { next += 1 }
                return next
            }
        }
    }()

    private static let bytes: [UInt32: UInt8] = Dictionary(
        uniqueKeysWithValues: scalars.enumerated().map { ($0.element, UInt8($0.offset)) })

    /// The bytes that `text` spells; nil when it has a character outside the alphabet.
    static func bytes(spelledBy text: String) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if (0x21...0x7E).contains(scalar.value) {
                result.append(UInt8(scalar.value))
            } else if let byte = bytes[scalar.value] {
                result.append(byte)
            } else {
                return nil
            }
        }
        return result
    }

    /// Appends the UTF-8 of the scalar that spells `byte`.
    static func appendSpelling(of byte: UInt8, to result: inout [UInt8]) {
        let scalar = scalars[Int(byte)]
        if scalar < 0x80 {
            result.append(UInt8(scalar))
        } else {
            result.append(UInt8(0xC0 | scalar >> 6))
            result.append(UInt8(0x80 | scalar & 0x3F))
        }
    }
}
