/// A moment as tariffs see it: a day and a minute of that day, in UTC (which has no summer time).
struct UTCMinute: Equatable {
    static let minutesPerDay = 1440
    private static let msPerMinute: Int64 = 60_000

    /// Days since 1970-01-01, negative before it.
    let day: Int64
    /// 0...1439.
    let minute: Int

    /// Any number of Unix milliseconds.
    init(unixMs: Int64) {
        let (minutes, _) = Self.floorDivided(unixMs, by: Self.msPerMinute)
        let (day, minute) = Self.floorDivided(minutes, by: Int64(Self.minutesPerDay))
        self.day = day
        self.minute = Int(minute)
    }

    /// ISO weekday of `day`: 1970-01-01 was a Thursday (4).
    static func weekday(of day: Int64) -> Int { Int(floorDivided(day + 3, by: 7).rest) + 1 }

    /// The quotient rounded down, so that the rest is never negative.
    private static func floorDivided(_ value: Int64, by divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
