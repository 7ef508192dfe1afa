import HTTPTypes
import Ledger
import WebServer

/// OpenAI's `x-ratelimit-*` fields: the limit of a minute, what is left of it, and after what time all of it is back.
enum RateLimitHeaders {
    static func make(_ admission: Admission) -> HTTPFields {
        var fields = HTTPFields()
        if let level = admission.requests { fields.append(contentsOf: requests(level)) }
        if let level = admission.tokens { fields.append(contentsOf: tokens(level)) }
        return fields
    }

    static func requests(_ level: RateBucket.Level) -> HTTPFields { fields(level, "requests") }

    static func tokens(_ level: RateBucket.Level) -> HTTPFields { fields(level, "tokens") }

    private static func fields(_ level: RateBucket.Level, _ unit: String) -> HTTPFields {
        [
            .known("x-ratelimit-limit-\(unit)"): "\(level.limit)",
            .known("x-ratelimit-remaining-\(unit)"): "\(max(0, level.remaining))",
            .known("x-ratelimit-reset-\(unit)"): duration(ms: level.resetMs),
        ]
    }

    /// As OpenAI writes it: `20ms`, `6.5s`, `1m0s`.
    static func duration(ms: Int64) -> String {
        guard ms >= 1000 else { return "\(ms)ms" }
        let (minutes, rest) = ms.quotientAndRemainder(dividingBy: 60_000)
        let (seconds, thousandths) = rest.quotientAndRemainder(dividingBy: 1000)
        var text = minutes > 0 ? "\(minutes)m\(seconds)" : "\(seconds)"
        if thousandths > 0 {
            let digits = String(thousandths + 1000).dropFirst()
            text += "." + String(digits.reversed().drop { $0 == "0" }.reversed())
        }
        return text + "s"
    }
}
