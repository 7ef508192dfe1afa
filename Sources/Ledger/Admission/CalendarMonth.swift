/// A month of the Gregorian calendar in UTC.
///
/// Days are turned into dates as in H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013): years that
/// begin in March, so that the leap day comes last, in eras of 400.
package struct CalendarMonth: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Months since January of year 0.
    package let index: Int64

    package init(index: Int64) { self.index = index }

    package init(year: Int64, month: Int64) { index = year * 12 + month - 1 }

    package init(containingMs timeMs: Int64) {
        let days = Self.floor(timeMs, 86_400_000) + 719_468
        let era = Self.floor(days, 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        self.init(year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month)
    }

    /// `2026-11`, as people write it; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard parts.count == 2, parts[0].count == 4, parts[1].count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy(digits.contains) }), let year = Int64(parts[0]),
            let month = Int64(parts[1]), (1...12).contains(month)
        else { return nil }
        self.init(year: year, month: month)
    }

    package var year: Int64 { Self.floor(index, 12) }
    package var month: Int64 { index - year * 12 + 1 }

    /// The first millisecond of the month.
    package var startMs: Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = Self.floor(marchYear, 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * 146_097 + dayOfEra - 719_468) * 86_400_000
    }

    package var next: CalendarMonth { CalendarMonth(index: index + 1) }

    /// `2026-11`.
    package var description: String {
        let digits = String(year)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + (month < 10 ? "-0" : "-")
            + String(month)
    }

    package static func < (one: CalendarMonth, other: CalendarMonth) -> Bool { one.index < other.index }

    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }
}
