extension Jinja {
    /// The text without the characters at its ends that `isStripped` names.
    static func strip(
        _ text: String, left: Bool = true, right: Bool = true, where isStripped: (Unicode.Scalar) -> Bool
    ) -> String {
        let scalars = text.unicodeScalars
        var part = scalars[...]
        if left { part = part.drop(while: isStripped) }
        while right, let last = part.last, isStripped(last) { part.removeLast() }
        let isWhole = part.startIndex == scalars.startIndex && part.endIndex == scalars.endIndex
        return isWhole ? text : String(part)
    }

    /// The text with `old` replaced, the first `limit` times, or always when that is negative.
    static func replacing(
        _ old: String, with new: String, in text: String, limit: Int, _ meter: Meter
    ) throws(TemplateError) -> String {
        let limit = limit < 0 ? Int.max : limit
        guard !old.isEmpty else { return try interleaving(new, into: text, limit: limit, meter) }
        let search = try TextSearch(old, in: text, meter)
        let places = try search.all(limit: limit)
        guard !places.isEmpty else { return text }
        try meter.allocate(places.count, each: new.utf8.count)
        try meter.allocate(text.utf8.count)
        var result: [UInt8] = []
        var start = 0
        for place in places {
            result += search.text[start..<place]
            result += new.utf8
            start = place + search.pattern.count
        }
        result += search.text[start...]
        return String(utf8: result)
    }

    /// An empty text is found before every character and at the end.
    private static func interleaving(
        _ new: String, into text: String, limit: Int, _ meter: Meter
    ) throws(TemplateError) -> String {
        try meter.allocate(min(limit, text.codePointCount + 1), each: new.utf8.count)
        try meter.allocate(text.utf8.count)
        var result = String.UnicodeScalarView()
        var left = limit
        for scalar in text.unicodeScalars {
            if left > 0 { result.append(contentsOf: new.unicodeScalars) }
            left -= 1
            result.append(scalar)
        }
        if left > 0 { result.append(contentsOf: new.unicodeScalars) }
        return String(result)
    }

    static func join(_ parts: [String], by separator: String, _ meter: Meter) throws(TemplateError) -> String {
        try meter.allocate(max(0, parts.count - 1), each: separator.utf8.count)
        var bytes = 0
        for part in parts { bytes += part.utf8.count }
        try meter.allocate(bytes)
        return parts.joined(separator: separator)
    }

    // MARK: Splitting

    static func split(
        _ text: String, by separator: String, limit: Int, _ meter: Meter
    ) throws(TemplateError) -> [String] {
        let search = try TextSearch(separator, in: text, meter)
        return parts(of: search, at: try search.all(limit: limit))
    }

    static func splitFromEnd(
        _ text: String, by separator: String, limit: Int, _ meter: Meter
    ) throws(TemplateError) -> [String] {
        let search = try TextSearch(separator, in: text, meter)
        return parts(of: search, at: try search.allFromEnd(limit: limit))
    }

    private static func parts(of search: TextSearch, at places: [Int]) -> [String] {
        var parts: [String] = []
        var start = 0
        for place in places {
            parts.append(String(utf8: search.text[start..<place]))
            start = place + search.pattern.count
        }
        parts.append(String(utf8: search.text[start...]))
        return parts
    }

    /// The parts between runs of white space; after `limit` cuts the rest stays whole.
    static func splitWords(_ text: String, limit: Int) -> [String] {
        var parts: [String] = []
        var rest = text.unicodeScalars.drop { $0.isPythonSpace }
        while !rest.isEmpty {
            guard parts.count < limit else {
                parts.append(String(rest))
                break
            }
            let end = rest.firstIndex { $0.isPythonSpace } ?? rest.endIndex
            parts.append(String(rest[..<end]))
            rest = rest[end...].drop { $0.isPythonSpace }
        }
        return parts
    }

    static func splitWordsFromEnd(_ text: String, limit: Int) -> [String] {
        let reversed = String(scalars: text.unicodeScalars.reversed())
        return splitWords(reversed, limit: limit).reversed().map { String(scalars: $0.unicodeScalars.reversed()) }
    }

    static func splitLines(_ text: String, keepingEnds: Bool = false) -> [String] {
        var lines: [String] = []
        var rest = text.unicodeScalars[...]
        while !rest.isEmpty {
            let end = rest.firstIndex { $0.isPythonLineBreak } ?? rest.endIndex
            var next = end
            if next < rest.endIndex {
                let isReturn = rest[next] == "\r"
                next = rest.index(after: next)
                if isReturn, next < rest.endIndex, rest[next] == "\n" { next = rest.index(after: next) }
            }
            lines.append(String(rest[..<(keepingEnds ? next : end)]))
            rest = rest[next...]
        }
        return lines
    }
}
