import ArgumentParser
import JSON
import Ledger

/// The text of a price window: `mon-fri 16:30-00:30 input=0.30 cached-input=0.15 output=1.20`. Without days it opens on
/// every day; times are UTC.
struct PriceWindowText {
    private static let dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    let days: [Int]
    let start: String
    let end: String
    /// By `input`, `cached-input` and `output`.
    let prices: [String: String]

    init(_ text: String) throws {
        var words = text.split(separator: " ").map(String.init)
        let named = words.first.flatMap { $0.contains(":") || $0.contains("=") ? nil : $0 }
        days = try named.map(Self.days) ?? Array(1...7)
        if named != nil { words.removeFirst() }
        let times = (words.first ?? "").split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard times.count == 2 else { throw Self.malformed(text) }
        (start, end) = (times[0], times[1])
        var prices: [String: String] = [:]
        for word in words.dropFirst() {
            let parts = word.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, ["input", "cached-input", "output"].contains(parts[0]), prices[parts[0]] == nil
            else { throw Self.malformed(text) }
            prices[parts[0]] = parts[1]
        }
        self.prices = prices
    }

    /// - Parameter namesCached: whether there is a price for cached tokens outside the window. It must then be named
    ///   inside too, so that a discount does not end by an omission.
    /// - Throws: `PriceError`, `ValidationError`.
    func window(per unit: PriceUnit, namesCached: Bool) throws -> PriceWindow {
        guard let input = prices["input"], let output = prices["output"],
            !namesCached || prices["cached-input"] != nil
        else {
            let names = namesCached ? "input=, cached-input= and output=" : "input= and output="
            throw ValidationError("The window \(start)-\(end) needs \(names), each with a price.")
        }
        let tokenPrices = try unit.prices(input: input, cached: prices["cached-input"], output: output)
        return try PriceWindow(json: [
            "utc_start": .string(start), "utc_end": .string(end), "weekdays": .array(days.map { .int($0) }),
            "prices": tokenPrices.json,
        ])
    }

    /// `mon-fri`, `sat,sun` or both mixed; `fri-mon` goes over the end of the week.
    private static func days(_ text: String) throws -> [Int] {
        try text.lowercased().split(separator: ",", omittingEmptySubsequences: false).flatMap { part in
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { name in
                dayNames.firstIndex { $0 == name }
            }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else {
                throw ValidationError("'\(part.prefix(40))' in a window is no day: write mon-fri or sat,sun.")
            }
            return (0...(last - first + 7) % 7).map { (first + $0) % 7 + 1 }
        }
    }

    private static func malformed(_ text: String) -> ValidationError {
        ValidationError(
            "'\(text.prefix(80))' is no window: write 'mon-fri 16:30-00:30 input=0.30 cached-input=0.15 output=1.20'.")
    }

    /// How a window is shown, which is how it is written.
    static func text(_ window: PriceWindow, per unit: PriceUnit) -> String {
        let members = window.json
        let prices = window.prices
        return daysText(window.weekdays) + "\(members["utc_start"]?.string ?? "")-\(members["utc_end"]?.string ?? "")"
            + " input=\(unit.amount(prices.input)) cached-input=\(unit.amount(prices.cachedInput))"
            + " output=\(unit.amount(prices.output))"
    }

    /// Days that follow each other as a range; nothing for every day.
    private static func daysText(_ weekdays: Weekdays) -> String {
        var ranges: [ClosedRange<Int>] = []
        for day in weekdays.days {
            if let last = ranges.last, last.upperBound == day - 1 {
                ranges[ranges.count - 1] = last.lowerBound...day
            } else {
                ranges.append(day...day)
            }
        }
        guard ranges != [1...7] else { return "" }
        let names = ranges.map { range in
            let first = dayNames[range.lowerBound - 1]
            return range.count == 1 ? first : "\(first)-\(dayNames[range.upperBound - 1])"
        }
        return names.joined(separator: ",") + " "
    }
}
