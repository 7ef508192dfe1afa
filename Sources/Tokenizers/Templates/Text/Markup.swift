extension Jinja {
    /// The text of a value with the characters that mean something to HTML escaped, unless it counts as
    /// escaped already.
    static func escape(_ value: Value, _ meter: Meter) throws(TemplateError) -> String {
        if case .markup(let text) = value { return text }
        return escapeHTML(try str(value, meter))
    }

    static func escapeHTML(_ text: String) -> String {
        guard text.utf8.contains(where: { "&<>'\"".utf8.contains($0) }) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 32)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&#34;".utf8)
            default: bytes.append(byte)
            }
        }
        return String(utf8: bytes)
    }

    /// The text without comments and tags, its white space collapsed and its character references resolved:
    /// numbered ones, and the five of XML with `nbsp`.
    static func strippingTags(_ text: String) -> String {
        let bare = removing(from: removing(from: text, "<!--", "-->"), "<", ">")
        let words = bare.unicodeScalars.split { $0.isPythonSpace }
        return resolvingReferences(words.map { String($0) }.joined(separator: " "))
    }

    /// The text without what stands between `start` and the `end` after it.
    private static func removing(from text: String, _ start: String, _ end: String) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        let (start, end) = (Array(start.utf8), Array(end.utf8))
        while let head = rest.firstPlace(of: start), let tail = rest[head...].firstPlace(of: end) {
            result += rest[..<head]
            rest = rest[(tail + end.count)...]
        }
        return String(utf8: result + rest)
    }

    private static func resolvingReferences(_ text: String) -> String {
        var result = ""
        var rest = text.utf8[...]
        while let ampersand = rest.firstIndex(of: UInt8(ascii: "&")) {
            result += String(rest[..<ampersand]) ?? ""
            rest = rest[rest.index(after: ampersand)...]
            let limit = rest.index(rest.startIndex, offsetBy: 12, limitedBy: rest.endIndex) ?? rest.endIndex
            if let end = rest[..<limit].firstIndex(of: UInt8(ascii: ";")),
                let scalar = reference(String(rest[..<end]) ?? "")
            {
                result.unicodeScalars.append(scalar)
                rest = rest[rest.index(after: end)...]
            } else {
                result += "&"
            }
        }
        return result + (String(rest) ?? "")
    }

    private static func reference(_ name: String) -> Unicode.Scalar? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        case "nbsp": return "\u{A0}"
        default: break
        }
        guard name.hasPrefix("#") else { return nil }
        let digits = name.dropFirst()
        let isHexadecimal = digits.first == "x" || digits.first == "X"
        let number = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
    }
}

extension ArraySlice<UInt8> {
    /// Where `pattern` of a few bytes first stands.
    fileprivate func firstPlace(of pattern: [UInt8]) -> Int? {
        var place = startIndex
        while place + pattern.count <= endIndex {
            if self[place..<place + pattern.count].elementsEqual(pattern) { return place }
            place += 1
        }
        return nil
    }
}
