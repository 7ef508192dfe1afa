/// Base64 (RFC 4648) with padding, without Foundation.
enum Base64 {
    /// The bytes that `text` stands for; nil when it is not Base64.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        for byte in text {
            if byte == UInt8(ascii: "=") { break }
            guard let value = value(of: byte) else { return nil }
            bits = (bits << 6 | value) & 0xFFFFFF
            count += 1
            // After two, three and four characters, the last whole byte lies 4, 2 and 0 bits up.
            if count % 4 != 1 { result.append(UInt8(truncatingIfNeeded: bits >> UInt32((8 - count % 4 * 2) % 8))) }
        }
        let padding = text.count - count
        guard padding <= 2, text.dropFirst(count).allSatisfy({ $0 == UInt8(ascii: "=") }) else { return nil }
        return result
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
