package import JSON

/// A moment in UTC to the microsecond, as the API writes it (RFC 3339; `Time` and `MicroTime`).
package struct Timestamp: Sendable, Hashable, Comparable {
    /// Since 1970-01-01T00:00:00Z, leap seconds not counted. Years 0 to 9999.
    package let microseconds: Int

    private static let range = -62_167_219_200_000_000...253_402_300_799_999_999

    /// Moments outside the years 0 to 9999 count as the nearest inside.
    package init(microseconds: Int) {
        self.microseconds = min(max(microseconds, Self.range.lowerBound), Self.range.upperBound)
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// The time from `earlier` to this moment.
    package func since(_ earlier: Timestamp) -> Duration { .microseconds(microseconds - earlier.microseconds) }

    package func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (whole, isTooLarge) = Int(clamping: seconds).multipliedReportingOverflow(by: 1_000_000)
        if isTooLarge { return Timestamp(microseconds: seconds < 0 ? .min : .max) }
        let (sum, isBeyond) = microseconds.addingReportingOverflow(whole)
        if isBeyond { return Timestamp(microseconds: seconds < 0 ? .min : .max) }
        return Timestamp(microseconds: sum + Int(attoseconds / 1_000_000_000_000))
    }
}

// MARK: Text

extension Timestamp {
    /// Reads a date and time with its offset; nil for anything else. What is finer than a microsecond is left out.
    package init?(_ text: String) {
        var scanner = TimestampScanner(text)
        guard let microseconds = scanner.scan(), Self.range.contains(microseconds) else { return nil }
        self.microseconds = microseconds
    }

    package init?(_ json: JSON?) {
        guard let text = json?.string else { return nil }
        self.init(text)
    }

    /// To the second, for fields of the type `Time`: `2026-11-21T05:57:23Z`.
    package var seconds: String { text(hasMicroseconds: false) }

    /// To the microsecond, for fields of the type `MicroTime`: `2026-11-21T05:57:23.270460Z`.
    package var micro: String { text(hasMicroseconds: true) }

    private func text(hasMicroseconds: Bool) -> String {
        let day = floorDivided(microseconds, by: 86_400_000_000)
        let rest = microseconds - day * 86_400_000_000
        let (second, fraction) = (rest / 1_000_000, rest % 1_000_000)
        let date = CivilDate(day: day)
        let time = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
        let words = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T\(time)"
        return hasMicroseconds ? "\(words).\(padded(fraction, 6))Z" : "\(words)Z"
    }

    private func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension Timestamp: CustomStringConvertible {
    package var description: String { microseconds % 1_000_000 == 0 ? seconds : micro }
}

func floorDivided(_ value: Int, by divisor: Int) -> Int {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? quotient - 1 : quotient
}
