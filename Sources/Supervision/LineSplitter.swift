/// Cuts what a program writes into lines. A line that is too long goes on in the next.
struct LineSplitter {
    /// The longest line, in bytes.
    static let maximumBytes = 4096

    private var rest: [UInt8] = []

    /// The lines that are complete now, without their ends; empty ones are left out.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == 0x0A || byte == 0x0D || rest.count == Self.maximumBytes { finish(into: &lines) }
            if byte != 0x0A, byte != 0x0D { rest.append(byte) }
        }
        return lines
    }

    /// What stands without an end.
    mutating func end() -> [String] {
        var lines: [String] = []
        finish(into: &lines)
        return lines
    }

    private mutating func finish(into lines: inout [String]) {
        if !rest.isEmpty { lines.append(String(decoding: rest, as: UTF8.self).printable) }
        rest.removeAll(keepingCapacity: true)
    }
}

extension String {
    /// Without the characters that make terminals do something.
    fileprivate var printable: String {
        let isPlain = unicodeScalars.allSatisfy {
            $0.value >= 0x20 && $0.value != 0x7F && !(0x80..<0xA0).contains($0.value)
        }
        guard !isPlain else { return self }
        return String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
                    return isControl && scalar != "\t" ? "·" : scalar
                }))
    }
}
