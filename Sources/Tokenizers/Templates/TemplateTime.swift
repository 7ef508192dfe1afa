/// A moment of the proleptic Gregorian calendar in the place where the template's reader is: what
/// `strftime_now` formats.
package struct TemplateTime: Sendable, Equatable {
    package let year: Int
    /// From 1.
    package let month: Int
    /// From 1.
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int
    package let microsecond: Int

    package init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, microsecond: Int = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.microsecond = microsecond
    }

    /// The moment `unixSeconds` after 1970-01-01T00:00:00Z, told `offsetSeconds` east of Greenwich.
    package init(unixSeconds: Int64, offsetSeconds: Int64 = 0) {
        let seconds = unixSeconds &+ offsetSeconds
        let days = Int(seconds.flooredQuotient(86_400))
        let rest = Int(seconds &- Int64(days) &* 86_400)
        let date = Self.civil(fromDays: days)
        self.init(
            year: date.year, month: date.month, day: date.day,
            hour: rest / 3_600, minute: rest / 60 % 60, second: rest % 60)
    }

    /// Days since 1970-01-01 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
    var daysSinceEpoch: Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.flooredQuotient(400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// From Monday, 0.
    var weekday: Int { (daysSinceEpoch + 3).flooredRemainder(7) }

    /// From 0.
    var dayOfYear: Int { daysSinceEpoch - TemplateTime(year: year, month: 1, day: 1).daysSinceEpoch }

    /// The inverse of `daysSinceEpoch` (the same paper, `civil_from_days`).
    private static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension BinaryInteger {
    /// The quotient rounded towards minus infinity; `divisor` is positive.
    func flooredQuotient(_ divisor: Self) -> Self {
        let quotient = self / divisor
        return quotient * divisor > self ? quotient - 1 : quotient
    }

    /// What `flooredQuotient` leaves, from 0 up to `divisor`.
    func flooredRemainder(_ divisor: Self) -> Self { self - flooredQuotient(divisor) * divisor }
}
