/// Durations as Kubernetes' users write them: `90s`, `2m`, `1h30m`.
enum DurationText {
    static let pattern = "^([0-9]{1,5}[hms]){1,3}$"
    static let instead = "write a duration such as 90s, 2m or 1h30m"

    /// Milliseconds; nil for what `pattern` refuses.
    static func milliseconds(_ text: String) -> Int64? {
        var (total, number, numDigits, numParts): (Int64, Int64, Int, Int) = (0, 0, 0, 0)
        for byte in text.utf8 {
            if let unit = unit(byte), numDigits > 0 {
                total += number * unit
                (number, numDigits, numParts) = (0, 0, numParts + 1)
            } else if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), numDigits < 5 {
                number = number * 10 + Int64(byte - UInt8(ascii: "0"))
                numDigits += 1
            } else {
                return nil
            }
        }
        return numDigits == 0 && (1...3).contains(numParts) ? total : nil
    }

    private static func unit(_ byte: UInt8) -> Int64? {
        switch byte {
        case UInt8(ascii: "h"): 3_600_000
        case UInt8(ascii: "m"): 60_000
        case UInt8(ascii: "s"): 1000
        default: nil
        }
    }

    /// For people: `1h30m`, `45s`, `0.3s`.
    package static func text(ms: Int64) -> String {
        let (sign, size) = (ms < 0 ? "-" : "", ms.magnitude)
        if size < 10_000 { return "\(sign)\(size / 1000)\(size % 1000 / 100 > 0 ? ".\(size % 1000 / 100)" : "")s" }
        let parts: [(UInt64, String)] = [
            (size / 3_600_000, "h"), (size / 60_000 % 60, "m"), (size / 1000 % 60, "s"),
        ]
        return sign + parts.filter { $0.0 > 0 }.prefix(2).map { "\($0.0)\($0.1)" }.joined()
    }
}
