extension TemplateTime {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ]
    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    /// The moment in the form that `format` describes, as C's `strftime` in the C locale does, with the flags
    /// `-` (no padding), `_` (spaces), `0` (zeros), `^` (upper case) and `#` (other case) of glibc.
    ///
    /// What is no directive stays as it is; `%z` and `%Z` are empty, as of a moment without a time zone.
    func formatted(_ format: String) -> String {
        var result = ""
        var rest = format.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            let start = rest
            var flags: [Unicode.Scalar] = []
            while let flag = rest.first, "-_0^#".unicodeScalars.contains(flag) { flags.append(rest.removeFirst()) }
            if let directive = rest.first, let text = text(for: directive, flags) {
                rest.removeFirst()
                result += text
            } else {
                rest = start
                result += "%"
            }
        }
        return result
    }

    private func text(for directive: Unicode.Scalar, _ flags: [Unicode.Scalar]) -> String? {
        if let (value, width, fill) = number(for: directive) { return Self.pad(value, width, fill, flags) }
        guard let text = word(for: directive) else { return nil }
        if flags.contains("^") { return text.pythonUppercased }
        guard flags.contains("#") else { return text }
        return directive == "p" ? text.pythonLowercased : text.pythonUppercased
    }

    private func number(for directive: Unicode.Scalar) -> (value: Int, width: Int, fill: Character)? {
        switch directive {
        case "d": (day, 2, "0")
        case "e": (day, 2, " ")
        case "m": (month, 2, "0")
        case "y": (year.flooredRemainder(100), 2, "0")
        case "Y": (year, 1, "0")
        case "C": (year.flooredQuotient(100), 2, "0")
        case "H": (hour, 2, "0")
        case "k": (hour, 2, " ")
        case "I": (twelveHour, 2, "0")
        case "l": (twelveHour, 2, " ")
        case "M": (minute, 2, "0")
        case "S": (second, 2, "0")
        case "f": (microsecond, 6, "0")
        case "j": (dayOfYear + 1, 3, "0")
        case "w": ((weekday + 1) % 7, 1, "0")
        case "u": (weekday + 1, 1, "0")
        case "U": ((dayOfYear + 7 - (weekday + 1) % 7) / 7, 2, "0")
        case "W": ((dayOfYear + 7 - weekday) / 7, 2, "0")
        case "G": (isoWeek.year, 1, "0")
        case "g": (isoWeek.year.flooredRemainder(100), 2, "0")
        case "V": (isoWeek.week, 2, "0")
        case "s": (daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second, 1, "0")
        default: nil
        }
    }

    private func word(for directive: Unicode.Scalar) -> String? {
        switch directive {
        case "a": String(Self.weekdays[weekday].prefix(3))
        case "A": Self.weekdays[weekday]
        case "b", "h": String(monthName.prefix(3))
        case "B": monthName
        case "p": hour < 12 ? "AM" : "PM"
        case "P": hour < 12 ? "am" : "pm"
        case "c": formatted("%a %b %e %H:%M:%S %Y")
        case "D", "x": formatted("%m/%d/%y")
        case "F": formatted("%Y-%m-%d")
        case "r": formatted("%I:%M:%S %p")
        case "R": formatted("%H:%M")
        case "T", "X": formatted("%H:%M:%S")
        case "n": "\n"
        case "t": "\t"
        case "z", "Z": ""
        case "%": "%"
        default: nil
        }
    }

    private var monthName: String { Self.months.indices.contains(month - 1) ? Self.months[month - 1] : "?" }

    private var twelveHour: Int { hour % 12 == 0 ? 12 : hour % 12 }

    /// The week that ISO 8601 counts the day to: the one that has its Thursday in the year.
    private var isoWeek: (year: Int, week: Int) {
        let thursday = TemplateTime(unixSeconds: Int64(daysSinceEpoch - weekday + 3) * 86_400)
        return (thursday.year, thursday.dayOfYear / 7 + 1)
    }

    private static func pad(_ value: Int, _ width: Int, _ fill: Character, _ flags: [Unicode.Scalar]) -> String {
        let digits = String(value)
        switch flags.last(where: { "-_0".unicodeScalars.contains($0) }) {
        case "-": return digits
        case "_": return digits.paddedLeft(to: width, with: " ")
        case "0": return digits.paddedLeft(to: width)
        default: return digits.paddedLeft(to: width, with: fill)
        }
    }
}
