/// CRC-32 (ISO 3309, as in zip and Ethernet): polynomial 0x04C11DB7, reflected, all ones before and after.
///
/// It finds every error within 32 adjacent bits, so every mistyped character. It guards against slips of the hand and
/// lets scanners recognise a leaked key; it proves nothing about who made the text.
package enum CRC32 {
    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var remainder = UInt32.max
        for byte in bytes {
            remainder = (remainder >> 8) ^ table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)]
        }
        return ~remainder
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { remainder, _ in
            remainder & 1 == 0 ? remainder >> 1 : (remainder >> 1) ^ 0xEDB8_8320
        }
    }
}
