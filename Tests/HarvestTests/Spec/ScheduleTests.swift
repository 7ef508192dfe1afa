import Harvest
import Testing

@Suite struct ScheduleTests {
    /// 2026-11-20 00:00:00 UTC, a Friday.
    static let friday: Int64 = 1_795_132_800_000
    static let hour: Int64 = 3_600_000

    static let night = Schedule(windows: [TimeWindow(days: [.friday], fromMinute: 1320, toMinute: 360)])

    @Test func aWindowGoesOnOverMidnight() {
        #expect(!Self.night.isOpen(atMs: Self.friday))
        #expect(!Self.night.isOpen(atMs: Self.friday + 22 * Self.hour - 1))
        #expect(Self.night.isOpen(atMs: Self.friday + 22 * Self.hour))
        #expect(Self.night.isOpen(atMs: Self.friday + 30 * Self.hour - 1))
        #expect(!Self.night.isOpen(atMs: Self.friday + 30 * Self.hour))
        #expect(!Self.night.isOpen(atMs: Self.friday + 47 * Self.hour))
        #expect(Schedule().isOpen(atMs: Self.friday))
    }

    @Test func theTimeThatIsLeftEndsWithTheWindow() {
        let at = Self.friday + 23 * Self.hour + 30_500
        #expect(Self.night.openForMs(atMs: at, horizonMs: 24 * Self.hour) == 7 * Self.hour - 30_500)
        #expect(Self.night.openForMs(atMs: at, horizonMs: Self.hour) == Self.hour)
        #expect(Self.night.openForMs(atMs: Self.friday, horizonMs: Self.hour) == 0)
        #expect(Schedule().openForMs(atMs: at, horizonMs: 5) == 5)
    }

    @Test func zonesKnowSummerTime() throws {
        let berlin = try #require(TimeZoneOffset("Europe/Berlin"))
        #expect(berlin.seconds(atMs: Self.friday) == 3600)
        #expect(berlin.seconds(atMs: Self.friday - 120 * 24 * Self.hour) == 7200)
        #expect(TimeZoneOffset("UTC+05:30")?.seconds(atMs: 0) == 19_800)
        #expect(TimeZoneOffset("UTC-03:00")?.seconds(atMs: 0) == -10_800)
        for name in ["", "UTC+5", "UTC+15:00", "UTC+05:61", "Nowhere/City", "EST", "UTC+-1:00"] {
            #expect(TimeZoneOffset(name) == nil, "\(name)")
        }
        var schedule = Self.night
        schedule.zone = berlin
        #expect(schedule.isOpen(atMs: Self.friday + 21 * Self.hour))
        #expect(!schedule.isOpen(atMs: Self.friday + 21 * Self.hour - 1))
    }

    /// In the night of 2027-03-28 the clocks of Berlin go from 2:00 to 3:00: a window until 2:30 ends at 3:00.
    @Test func aWindowEndsWhereTheClockLeapsOverItsEnd() throws {
        let berlin = try #require(TimeZoneOffset("Europe/Berlin"))
        let leap: Int64 = 1_806_195_600_000
        let schedule = Schedule(windows: [TimeWindow(fromMinute: 60, toMinute: 150)], zone: berlin)
        #expect(schedule.isOpen(atMs: leap - 1))
        #expect(!schedule.isOpen(atMs: leap))
        #expect(schedule.openForMs(atMs: leap - 600_000, horizonMs: Self.hour) == 600_000)
    }

    @Test func equalTimesAreAWholeDay() {
        let schedule = Schedule(windows: [TimeWindow(days: [.friday], fromMinute: 600, toMinute: 600)])
        let opened = Self.friday + 10 * Self.hour
        #expect(schedule.openForMs(atMs: opened, horizonMs: 48 * Self.hour) == 24 * Self.hour)
        #expect(!schedule.isOpen(atMs: opened - 1))
    }

    @Test func aClockFarOutIsNoTrap() {
        for ms in [Int64.min + 1, -1, 0, Int64.max - 100_000_000] { _ = Self.night.isOpen(atMs: ms) }
    }
}
