/// How the text of a value is read, and what to say when it cannot be.
struct OptionKind<Value: Sendable>: Sendable {
    /// Ends the sentence "port is 'x': it must be …".
    let rule: String
    let read: @Sendable (String) -> Value?
    let write: @Sendable (Value) -> String
    /// Whether a value may hold a password.
    var isSecret = false
}

extension OptionKind where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> OptionKind {
        let rule =
            range.upperBound == .max
            ? "a whole number of at least \(range.lowerBound)"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return OptionKind(
            rule: rule, read: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }, write: { "\($0)" })
    }

    /// Bytes, with a unit: `512MiB`, `2 GiB`, `4GB`, or a plain number.
    static func bytes(atLeast smallest: Int) -> OptionKind {
        OptionKind(
            rule: "a size of at least \(MemorySize.text(smallest)), such as 512MiB or 2GiB",
            read: { text in MemorySize.bytes(text).flatMap { $0 >= smallest ? $0 : nil } },
            write: { MemorySize.text($0) })
    }
}

extension OptionKind where Value == Double {
    static func decimal(_ range: ClosedRange<Double>) -> OptionKind {
        OptionKind(
            rule: "a number from \(text(range.lowerBound)) to \(text(range.upperBound))",
            read: { text in Double(text).flatMap { range.contains($0) ? $0 : nil } }, write: text)
    }

    private static func text(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }
}

extension OptionKind where Value == Bool {
    /// As YAML says it, and as people do.
    static var trueOrFalse: OptionKind {
        OptionKind(
            rule: "true or false",
            read: { text in
                switch text.lowercased() {
                case "true", "yes", "on", "1": true
                case "false", "no", "off", "0": false
                default: nil
                }
            }, write: { "\($0)" })
    }
}

extension OptionKind where Value == String {
    /// Any text on one line.
    static func text(_ rule: String) -> OptionKind {
        OptionKind(rule: rule, read: { isOneLine($0) ? $0 : nil }, write: { $0 })
    }

    /// Any text on one line, perhaps with a password in it.
    static func secret(_ rule: String) -> OptionKind {
        var kind = text(rule)
        kind.isSecret = true
        return kind
    }

    private static func isOneLine(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }
}

extension OptionKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    static var oneOf: OptionKind {
        let names = Value.allCases.map(\.rawValue)
        return OptionKind(
            rule: "one of \(names.joined(separator: ", "))", read: { Value(rawValue: $0.lowercased()) },
            write: { $0.rawValue })
    }
}

/// Sizes of memory as people write them.
package enum MemorySize {
    private static let units = [
        ("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("tib", 1 << 40), ("k", 1 << 10), ("m", 1 << 20),
        ("g", 1 << 30), ("t", 1 << 40), ("kb", 1_000), ("mb", 1_000_000), ("gb", 1_000_000_000),
        ("tb", 1_000_000_000_000), ("b", 1), ("", 1),
    ]

    /// Bytes; nil for what is no size, is negative or does not fit.
    ///
    /// `GiB` and `G` are 2^30, `GB` is 10^9; fractions such as `1.5GiB` are rounded down to whole bytes.
    package static func bytes(_ text: String) -> Int? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).drop { $0 == " " }.lowercased()
        guard let scale = units.first(where: { $0.0 == unit })?.1 else { return nil }
        if let whole = Int(number) {
            let (bytes, overflow) = whole.multipliedReportingOverflow(by: scale)
            return overflow ? nil : bytes
        }
        guard let fraction = Double(number), number.last != ".", number.first != "." else { return nil }
        let bytes = fraction * Double(scale)
        return bytes < 0x1p63 ? Int(bytes) : nil
    }

    /// The shortest exact form: `1GiB`, `1536MiB`, `1000`.
    package static func text(_ bytes: Int) -> String {
        let unit = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
            .first { bytes != 0 && bytes % $0.1 == 0 }
        return unit.map { "\(bytes / $0.1)\($0.0)" } ?? "\(bytes)"
    }
}
