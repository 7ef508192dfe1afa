/// A SHA-256 digest as 64 small hexadecimal digits: the name of a blob.
package struct SHA256Hex: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// nil unless `text` is 64 hexadecimal digits.
    package init?(_ text: String) {
        guard text.utf8.count == 64, text.utf8.allSatisfy(isHexDigit) else { return nil }
        description = text.lowercased()
    }

    package init(digest: some Sequence<UInt8>) { description = hexadecimal(digest) }
}

/// Small hexadecimal digits, two a byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
}

func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
    case UInt8(ascii: "A")...UInt8(ascii: "F"): true
    default: false
    }
}
