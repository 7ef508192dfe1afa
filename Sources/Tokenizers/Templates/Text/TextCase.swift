/// Upper, lower and title case as Python maps them: character by character with Unicode's full mappings, and
/// the Greek sigma by its place in the word.
extension String {
    var pythonUppercased: String {
        if isASCIIText { return String(utf8: utf8.map { 0x61...0x7A ~= $0 ? $0 - 32 : $0 }) }
        return unicodeScalars.reduce(into: "") { $0 += $1.properties.uppercaseMapping }
    }

    var pythonLowercased: String {
        if isASCIIText { return String(utf8: utf8.map { 0x41...0x5A ~= $0 ? $0 + 32 : $0 }) }
        let scalars = Array(unicodeScalars)
        return scalars.indices.reduce(into: "") { $0 += Self.lowercase(scalars, at: $1) }
    }

    /// The first character in title case, the others in lower case.
    var pythonCapitalized: String {
        let scalars = Array(unicodeScalars)
        return scalars.indices.reduce(into: "") { result, place in
            result += place == 0 ? scalars[0].properties.titlecaseMapping : Self.lowercase(scalars, at: place)
        }
    }

    /// Every first letter of a run of cased letters in title case.
    var pythonTitlecased: String {
        let scalars = Array(unicodeScalars)
        var isAfterCased = false
        var result = ""
        for place in scalars.indices {
            result += isAfterCased ? Self.lowercase(scalars, at: place) : scalars[place].properties.titlecaseMapping
            isAfterCased = scalars[place].properties.isCased
        }
        return result
    }

    var pythonSwappedCase: String {
        let scalars = Array(unicodeScalars)
        return scalars.indices.reduce(into: "") { result, place in
            let properties = scalars[place].properties
            if properties.isUppercase {
                result += Self.lowercase(scalars, at: place)
            } else {
                result += properties.isLowercase ? properties.uppercaseMapping : String(scalars[place])
            }
        }
    }

    var isASCIIText: Bool { utf8.allSatisfy { $0 < 0x80 } }

    private static func lowercase(_ scalars: [Unicode.Scalar], at place: Int) -> String {
        guard scalars[place] == "\u{3A3}" else { return scalars[place].properties.lowercaseMapping }
        return isFinalSigma(scalars, at: place) ? "\u{3C2}" : "\u{3C3}"
    }

    /// Unicode's condition Final_Sigma: a cased letter before it, and none after it, in the same word.
    private static func isFinalSigma(_ scalars: [Unicode.Scalar], at place: Int) -> Bool {
        let before = scalars[..<place].last { !$0.properties.isCaseIgnorable }
        let after = scalars[(place + 1)...].first { !$0.properties.isCaseIgnorable }
        return (before?.properties.isCased ?? false) && !(after?.properties.isCased ?? false)
    }
}
