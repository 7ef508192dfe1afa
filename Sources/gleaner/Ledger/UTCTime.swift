import Ledger

/// Moments as people write them: ISO 8601, always in UTC.
enum UTCTime {
    /// `2026-11-21T15:47:03Z`.
    static func text(_ ms: Int64) -> String {
        let month = CalendarMonth(containingMs: ms)
        let seconds = (ms - month.startMs) / 1000
        let (day, second) = (seconds / 86_400 + 1, seconds % 86_400)
        let time = [second / 3600, second / 60 % 60, second % 60].map(twoDigits).joined(separator: ":")
        return "\(month)-\(twoDigits(day))T\(time)Z"
    }

    /// The moment of `2026-11-21`, `2026-11-21T15:47`, `2026-11-21 15:47:03` or any of them with a `Z`; nil for
    /// anything else, and before 1970.
    static func ms(_ text: String) -> Int64? {
        let body = text.utf8.last == UInt8(ascii: "Z") ? text.dropLast() : text[...]
        let parts = body.split(omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        guard (1...2).contains(parts.count), let dayMs = dayMs(parts[0]) else { return nil }
        guard parts.count == 2 else { return body.count == text.count ? dayMs : nil }
        let times = parts[1].split(separator: ":", omittingEmptySubsequences: false).map { number($0, digits: 2) }
        guard (2...3).contains(times.count), let hour = times[0], let minute = times[1], hour < 24, minute < 60,
            let second = times.count == 3 ? times[2] : 0, second < 60
        else { return nil }
        return dayMs + ((hour * 60 + minute) * 60 + second) * 1000
    }

    private static func dayMs(_ text: Substring) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = number(parts[0], digits: 4), let month = number(parts[1], digits: 2),
            let day = number(parts[2], digits: 2), year >= 1970, (1...12).contains(month), day >= 1
        else { return nil }
        let calendar = CalendarMonth(year: year, month: month)
        let ms = calendar.startMs + (day - 1) * 86_400_000
        return ms < calendar.next.startMs ? ms : nil
    }

    private static func number(_ text: Substring, digits: Int) -> Int64? {
        text.utf8.count == digits && text.utf8.allSatisfy { (48...57).contains($0) } ? Int64(text) : nil
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
