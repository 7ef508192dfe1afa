/// The classes of characters that Python's `str` methods and jinja2's patterns ask about.
extension Unicode.Scalar {
    /// `str.isspace`, and `\s` of a pattern: Unicode's white space and the four ASCII separators.
    var isPythonSpace: Bool {
        switch value {
        case 0x09...0x0D, 0x1C...0x20: true
        case 0..<0x80: false
        default: properties.isWhitespace
        }
    }

    var isASCIIDigit: Bool { 0x30...0x39 ~= value }

    /// `\w` of a pattern: letters, everything numeric, and the underscore.
    var isPythonWord: Bool {
        switch value {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        case 0..<0x80: false
        default: isPythonAlphanumeric
        }
    }

    var isIdentifierStart: Bool {
        isASCII ? isPythonWord && !isASCIIDigit : properties.isXIDStart
    }

    var isIdentifierPart: Bool { isASCII ? isPythonWord : properties.isXIDContinue }

    /// `str.isalpha`: the general categories of letters.
    var isPythonLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }

    var isPythonAlphanumeric: Bool { isPythonLetter || properties.numericType != nil }

    /// `str.isdecimal`.
    var isPythonDecimal: Bool { properties.numericType == .decimal }

    /// `str.isdigit`.
    var isPythonDigit: Bool { properties.numericType == .decimal || properties.numericType == .digit }

    /// Whether `repr` prints it as it is: not a control, format, surrogate, private or unassigned character,
    /// and no separator but the space.
    var isPythonPrintable: Bool {
        if isASCII { return 0x20..<0x7F ~= value }
        return switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: false
        case .lineSeparator, .paragraphSeparator, .spaceSeparator: false
        default: true
        }
    }

    /// Where `str.splitlines` splits.
    var isPythonLineBreak: Bool {
        switch value {
        case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// The value of an ASCII digit or letter in `radix` up to 36.
    func digitValue(radix: Int) -> Int? {
        let digit: UInt32
        switch value {
        case 0x30...0x39: digit = value - 0x30
        case 0x41...0x5A: digit = value - 0x41 + 10
        case 0x61...0x7A: digit = value - 0x61 + 10
        default: return nil
        }
        return digit < radix ? Int(digit) : nil
    }
}
