import JSON
import Kubernetes
import TestSupport
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-21T05:57:23Z", 1_795_240_643_000_000),
        ("2026-11-21T05:57:23.270460Z", 1_795_240_643_270_460),
        ("2026-11-21T06:57:23.27046+01:00", 1_795_240_643_270_460),
        ("2026-11-20t19:57:23.270460999-10:00", 1_795_240_643_270_460), ("1969-12-31T23:59:59.9Z", -100_000),
        ("0000-01-01T00:00:00Z", -62_167_219_200_000_000), ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ])
    func readsRFC3339(_ text: String, _ microseconds: Int) throws {
        let time = try #require(Timestamp(text))
        #expect(time.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T05:57:23", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-11-00T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T05:60:00Z",
        "2026-11-21T05:57:60Z", "2026-11-21T05:57:23.Z", "2026-11-21T05:57:23+1:00", "2026-11-21T05:57:23+24:00",
        "2026-11-21T05:57:23ZZ", "-026-11-21T05:57:23Z", "٢٠٢٦-11-21T05:57:23Z", "0000-01-01T00:00:00+00:01",
        "2026-11-21T05:57:23.270460", "9999-12-31T23:59:59-00:01",
    ])
    func refusesWhatIsNoTime(_ text: String) { #expect(Timestamp(text) == nil) }

    @Test func textReadsBackAsTheSame() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<5000 {
            let time = Timestamp(
                microseconds: Int.random(in: -62_167_219_200_000_000...253_402_300_799_999_999, using: &generator))
            #expect(Timestamp(time.micro) == time)
            #expect(Timestamp(time.description) == time)
            let whole = Timestamp(time.seconds)
            #expect(whole.map { (0..<1_000_000).contains(time.microseconds - $0.microseconds) } == true)
        }
        #expect(Timestamp(microseconds: .max).seconds == "9999-12-31T23:59:59Z")
        #expect(Timestamp(microseconds: .min).seconds == "0000-01-01T00:00:00Z")
    }

    /// Day after day through a whole turn of the calendar, by the rule of leap years alone.
    @Test func daysFollowOneAnother() throws {
        var (year, month, day) = (1600, 1, 1)
        var time = try #require(Timestamp("1600-01-01T12:00:00Z"))
        while year < 2001 {
            let (y, m, d) = (String(year), String(100 + month).dropFirst(), String(100 + day).dropFirst())
            let text = "\(y)-\(m)-\(d)T12:00:00Z"
            if time.seconds != text || Timestamp(text) != time {
                Issue.record("\(text) is \(time.seconds)")
                return
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            day += 1
            if day > days[month - 1] { (day, month) = (1, month + 1) }
            if month > 12 { (month, year) = (1, year + 1) }
            time = time.advanced(by: .seconds(86_400))
        }
    }

    @Test func arithmeticStaysInRange() throws {
        let time = try #require(Timestamp("2026-11-21T05:57:23Z"))
        #expect(time.advanced(by: .milliseconds(-500)).micro == "2026-11-21T05:57:22.500000Z")
        #expect(time.advanced(by: .seconds(Int64.max)).seconds == "9999-12-31T23:59:59Z")
        #expect(time.advanced(by: .seconds(Int64.min)).seconds == "0000-01-01T00:00:00Z")
        #expect(time.advanced(by: .seconds(3)).since(time) == .seconds(3))
    }
}
