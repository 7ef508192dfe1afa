extension UnicodeKind {
    static let all: Self = [.letter, .mark, .number, .punctuation, .symbol, .separator, .other]
    /// What words are made of, but for a few signs and numbers (see `ScalarSet.word`).
    static let word: Self = [.letter, .mark, .decimalNumber, .letterNumber, .connectorPunctuation]

    var complement: Self { Self.all.subtracting(self) }

    /// The kind that `\p{name}` means; nil for names that are not general categories.
    init?(name: String) {
        guard let kind = Self.names[name.lowercased()] else { return nil }
        self = kind
    }

    private static let names: [String: Self] = [
        "l": .letter, "letter": .letter, "lu": .uppercaseLetter, "ll": .lowercaseLetter, "lt": .titlecaseLetter,
        "lm": .modifierLetter, "lo": .otherLetter,
        "m": .mark, "mark": .mark, "mn": .nonspacingMark, "mc": .spacingMark, "me": .enclosingMark,
        "n": .number, "number": .number, "nd": .decimalNumber, "nl": .letterNumber, "no": .otherNumber,
        "p": .punctuation, "punct": .punctuation, "punctuation": .punctuation, "pc": .connectorPunctuation,
        "pd": .dashPunctuation, "ps": .openPunctuation, "pe": .closePunctuation, "pi": .initialPunctuation,
        "pf": .finalPunctuation, "po": .otherPunctuation,
        "s": .symbol, "symbol": .symbol, "sm": .mathSymbol, "sc": .currencySymbol, "sk": .modifierSymbol,
        "so": .otherSymbol,
        "z": .separator, "separator": .separator, "zs": .spaceSeparator, "zl": .lineSeparator,
        "zp": .paragraphSeparator,
        "c": .other, "other": .other, "cc": .control, "cf": .format, "cs": .surrogate, "co": .privateUse,
        "cn": .unassigned,
    ]
}
