import Foundation

/// A place's distance from UTC over the year: an IANA zone (`Europe/Berlin`) or a fixed offset (`UTC+05:30`).
package struct TimeZoneOffset: Sendable, Hashable {
    package let name: String
    private let zone: TimeZone

    package static let utc = TimeZoneOffset(name: "UTC", zone: .gmt)

    private init(name: String, zone: TimeZone) {
        self.name = name
        self.zone = zone
    }

    /// Nil for a name that is neither.
    package init?(_ name: String) {
        if name == "UTC" {
            self = .utc
        } else if name.hasPrefix("UTC") {
            guard let seconds = Self.fixed(name.dropFirst(3)), let zone = TimeZone(secondsFromGMT: seconds) else {
                return nil
            }
            self.init(name: name, zone: zone)
        } else {
            // Abbreviations such as CET or PST8PDT are ambiguous or without rules: only Area/City counts.
            guard name.contains("/"), let zone = TimeZone(identifier: name) else { return nil }
            self.init(name: name, zone: zone)
        }
    }

    /// Seconds east of UTC at a moment (Unix milliseconds), summer time included.
    package func seconds(atMs ms: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(ms) / 1000)))
    }

    /// `+HH:MM` or `-HH:MM`, at most 14 hours.
    private static func fixed(_ text: Substring) -> Int? {
        let digits = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard let sign = text.first, "+-".contains(sign), digits.count == 2, digits.allSatisfy({ $0.count == 2 }),
            let hours = UInt8(digits[0]), let minutes = UInt8(digits[1]), hours <= 14, minutes < 60
        else { return nil }
        return (Int(hours) * 3600 + Int(minutes) * 60) * (sign == "-" ? -1 : 1)
    }
}
