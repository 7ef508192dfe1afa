extension [UInt8] {
    /// Two lower-case digits a byte.
    package var hex: String {
        let digits = Array<UInt8>("0123456789abcdef".utf8)
        var text = Array<UInt8>()
        text.reserveCapacity(count * 2)
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// nil for what is not pairs of hexadecimal digits.
    package init?(hex text: String) {
        let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes = Array<UInt8>()
        bytes.reserveCapacity(digits.count / 2)
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[start], let low = digits[start + 1] else { return nil }
            bytes.append(UInt8(high * 16 + low))
        }
        self = bytes
    }
}
