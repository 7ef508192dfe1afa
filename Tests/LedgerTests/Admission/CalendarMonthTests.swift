import Foundation
import Ledger
import Testing

@Suite struct CalendarMonthTests {
    /// Foundation's Gregorian calendar as the oracle, over every month of four centuries.
    @Test func monthsAreThoseOfTheCalendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for year in 1970...2370 {
            for month in 1...12 {
                let date = try #require(calendar.date(from: DateComponents(year: year, month: month, day: 1)))
                let startMs = Int64(date.timeIntervalSince1970) * 1000
                let ours = CalendarMonth(year: Int64(year), month: Int64(month))
                #expect(ours.startMs == startMs)
                #expect(CalendarMonth(containingMs: startMs) == ours)
                #expect(CalendarMonth(containingMs: startMs - 1).next == ours)
                #expect(ours.year == year && ours.month == month)
                #expect(CalendarMonth(ours.description) == ours)
            }
        }
    }

    @Test(arguments: [
        "", "2026", "2026-13", "2026-00", "26-01", "2026-1", "2026-01-01", "2026/01", "-026-01", "２026-01", "+202-01",
        "2026-+1",
    ])
    func whatIsNoMonthIsRefused(text: String) { #expect(CalendarMonth(text) == nil) }
}
