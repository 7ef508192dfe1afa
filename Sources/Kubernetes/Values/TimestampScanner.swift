/// Reads `2026-11-21T05:57:23.270460+01:00` (RFC 3339, section 5.6) into microseconds since 1970.
struct TimestampScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text.utf8[...] }

    mutating func scan() -> Int? {
        guard let day = scanDate(), takeOne(of: "Tt "), let second = scanTime() else { return nil }
        let fraction = scanFraction()
        guard let fraction, let offset = scanOffset(), rest.isEmpty else { return nil }
        return (day * 86_400 + second - offset) * 1_000_000 + fraction
    }

    private mutating func scanDate() -> Int? {
        guard let year = digits(4), takeOne(of: "-"), let month = digits(2), takeOne(of: "-"), let day = digits(2)
        else {
            return nil
        }
        return CivilDate(year: year, month: month, day: day).number
    }

    /// Seconds since midnight.
    private mutating func scanTime() -> Int? {
        guard let hour = digits(2), takeOne(of: ":"), let minute = digits(2), takeOne(of: ":"), let second = digits(2),
            hour < 24, minute < 60, second < 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// Microseconds: 0 without a fraction, nil for a point without digits.
    private mutating func scanFraction() -> Int? {
        guard takeOne(of: ".") else { return 0 }
        var (value, count) = (0, 0)
        while let digit = digits(1) {
            if count < 6 { value = value * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        while count < 6 { (value, count) = (value * 10, count + 1) }
        return value
    }

    /// Seconds east of UTC.
    private mutating func scanOffset() -> Int? {
        if takeOne(of: "Zz") { return 0 }
        let isWest = takeOne(of: "-")
        guard isWest || takeOne(of: "+") else { return nil }
        guard let hour = digits(2), takeOne(of: ":"), let minute = digits(2), hour < 24, minute < 60 else { return nil }
        return (hour * 3600 + minute * 60) * (isWest ? -1 : 1)
    }

    private mutating func takeOne(of signs: StaticString) -> Bool {
        guard let byte = rest.first, signs.withUTF8Buffer({ $0.contains(byte) }) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func digits(_ count: Int) -> Int? {
        guard rest.count >= count else { return nil }
        var value = 0
        for byte in rest.prefix(count) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        rest.removeFirst(count)
        return value
    }
}
