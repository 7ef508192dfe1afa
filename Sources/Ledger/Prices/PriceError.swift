/// Why a price is refused: where it stands, what is wrong with it, and what to write instead.
package struct PriceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The place in dotted form, such as `windows[1].prices.input`.
    package let field: String
    package let problem: Problem

    package init(_ field: String, _ problem: Problem) {
        self.field = field
        self.problem = problem
    }

    package enum Problem: Sendable, Equatable {
        case notDecimal(String)
        case tooManyDecimals(String, most: Int)
        case negative(String)
        case tooHigh(String, most: String)
        /// Not `HH:MM`.
        case notTime(String)
        /// A minute of the day out of 0...1439.
        case minute(Int)
        case noWeekdays
        case weekday(Int)
        case repeatedWeekday(Int)
        /// Empty, longer than 256 bytes, or with control characters.
        case model(String)
        case tier(String)
        /// The number of a price version is below 1.
        case number(Int64)
        /// Unix milliseconds before 1970 or after 9999.
        case date(Int64)
        case tooManyWindows(Int, most: Int)
        case missing
        case unknown
        case kind(expected: String, found: String)
        case notJSON(String)
    }

    package var description: String { "\(field) \(problem.sentence)" }

    /// `name` as a member of the object at `path`.
    static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

extension PriceError.Problem {
    /// What follows the name of the field.
    fileprivate var sentence: String {
        switch self {
        case .notDecimal(let text):
            "is \(quoted(text)), which is no plain decimal number; write digits with at most one point between them, "
                + "such as 0.00000015."
        case .tooManyDecimals(let text, let most):
            "is \(quoted(text)), but amounts have at most \(most) decimals here (one pico-USD a token); round it."
        case .negative(let text): "is \(quoted(text)), but a price is never negative; write 0 for what is free."
        case .tooHigh(let text, let most):
            "is \(quoted(text)), but a price is at most \(most) USD; check whether it is for one token or for a "
                + "million."
        case .model(let name):
            "is \(quoted(name)), but a model's name has 1 to \(PriceVersion.maximumModelBytes) bytes and no control "
                + "characters; write the name under which it is served."
        case .tier(let name): "is \(quoted(name)), which is no service tier; write \(ServiceTier.list)."
        case .number(let number): "is \(number), but price versions are numbered from 1; give the next free number."
        case .date(let ms): "is \(ms), but a date is in Unix milliseconds, from 1970 to the end of 9999; correct it."
        case .missing: "is missing; add it."
        case .unknown: "is not a member that prices have; remove it or correct its name."
        case .kind(let expected, let found): "is \(found), but it must be \(expected); change it."
        case .notJSON(let reason): "are not JSON: \(reason); correct the text."
        case .notTime(let text): "is \(quoted(text)), which is no time of day; write hours and minutes in UTC as 16:30."
        case .minute(let minute):
            "is minute \(minute), but the day has minutes 0 to 1439; write midnight as 0 (00:00), also as an end."
        case .noWeekdays: "is empty, so that the window would never open; name its days from 1 (Monday) to 7 (Sunday)."
        case .weekday(let day): "has day \(day), but weekdays are 1 (Monday) to 7 (Sunday); correct it."
        case .repeatedWeekday(let day): "has day \(day) twice; name each day once."
        case .tooManyWindows(let count, let most): "has \(count) windows, but at most \(most) are kept; merge some."
        }
    }

    /// The offending text with its control characters escaped and its end cut off: it may be 100 kB from outside.
    private func quoted(_ text: String) -> String {
        let most = 40
        let shown = String(reflecting: String(text.unicodeScalars.prefix(most)))
        return text.unicodeScalars.dropFirst(most).isEmpty ? shown : "\(shown)… (\(text.utf8.count) bytes)"
    }
}

extension ServiceTier {
    /// The tiers in the words of an error message.
    fileprivate static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
