/// A part of the day on some weekdays, in the pool's zone.
///
/// It opens at `fromMinute` of each of its days and closes before `toMinute`, on the next day if that is not later:
/// 22:00 to 06:00 on Friday is open on Saturday at 05:59. With equal minutes it is open for 24 hours.
package struct TimeWindow: Sendable, Hashable {
    package enum Day: String, Sendable, Hashable, CaseIterable {
        case monday = "Mon"
        case tuesday = "Tue"
        case wednesday = "Wed"
        case thursday = "Thu"
        case friday = "Fri"
        case saturday = "Sat"
        case sunday = "Sun"
    }

    package let days: Set<Day>
    /// Minutes of the day, 0...1439.
    package let fromMinute: Int
    package let toMinute: Int

    package init(days: Set<Day> = Set(Day.allCases), fromMinute: Int, toMinute: Int) {
        self.days = days
        self.fromMinute = fromMinute
        self.toMinute = toMinute
    }

    static let minutesPerDay = 1440

    /// Only its last opening can count: today's if that is over, else yesterday's.
    func contains(_ local: LocalMinute) -> Bool {
        let openedToday = local.minute >= fromMinute
        let openFor = local.minute - fromMinute + (openedToday ? 0 : Self.minutesPerDay)
        let length = toMinute > fromMinute ? toMinute - fromMinute : toMinute - fromMinute + Self.minutesPerDay
        return openFor < length && days.contains(openedToday ? local.day : local.dayBefore)
    }
}

/// A moment as a wall clock shows it.
struct LocalMinute: Hashable {
    /// Since Monday 0:00 in the week of the wall clock, 0..<10080.
    let minuteOfWeek: Int

    init(ms: Int64, offsetSeconds: Int64) {
        // 1970-01-01 was a Thursday, the fourth day; clocks outside ±10¹⁵ seconds have no calendar.
        let seconds = Self.floored(max(-1_000_000_000_000_000, min(1_000_000_000_000_000, ms)), by: 1000)
        let minutes = Self.floored(seconds + offsetSeconds, by: 60) + 3 * 1440
        minuteOfWeek = Int(minutes - Self.floored(minutes, by: 10_080) * 10_080)
    }

    var minute: Int { minuteOfWeek % 1440 }
    var day: TimeWindow.Day { TimeWindow.Day.allCases[minuteOfWeek / 1440] }
    var dayBefore: TimeWindow.Day { TimeWindow.Day.allCases[(minuteOfWeek / 1440 + 6) % 7] }
    /// 0..<168, from Monday 0:00.
    var hourOfWeek: Int { minuteOfWeek / 60 }

    private static func floored(_ value: Int64, by divisor: Int64) -> Int64 {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
