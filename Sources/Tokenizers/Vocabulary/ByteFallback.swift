/// Tokens that stand for one byte, spelled `<0x0A>`: SentencePiece's way to say characters that its vocabulary
/// lacks.
enum ByteFallback {
    /// The byte that a token stands for; nil for any other spelling.
    static func byte(spelledBy token: String) -> UInt8? {
        guard token.utf8.count == 6, token.hasPrefix("<0x"), token.hasSuffix(">") else { return nil }
        let digits = token.dropFirst(3).dropLast()
        return digits.allSatisfy(\.isHexDigit) ? UInt8(digits, radix: 16) : nil
    }

    static func spelling(of byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "<0x\(digits.count == 1 ? "0" : "")\(digits)>"
    }
}
