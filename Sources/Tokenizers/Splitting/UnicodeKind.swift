/// A set of Unicode general categories, one bit each; the alphabet in which pre-tokenizers are written.
package struct UnicodeKind: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `place` is that of the category in Unicode's own list (Lu, Ll, Lt, …).
    fileprivate init(place: UInt32) { self.init(rawValue: 1 << place) }

    static let uppercaseLetter = Self(place: 0)
    static let lowercaseLetter = Self(place: 1)
    static let titlecaseLetter = Self(place: 2)
    static let modifierLetter = Self(place: 3)
    static let otherLetter = Self(place: 4)
    static let nonspacingMark = Self(place: 5)
    static let spacingMark = Self(place: 6)
    static let enclosingMark = Self(place: 7)
    static let decimalNumber = Self(place: 8)
    static let letterNumber = Self(place: 9)
    static let otherNumber = Self(place: 10)
    static let connectorPunctuation = Self(place: 11)
    static let dashPunctuation = Self(place: 12)
    static let openPunctuation = Self(place: 13)
    static let closePunctuation = Self(place: 14)
    static let initialPunctuation = Self(place: 15)
    static let finalPunctuation = Self(place: 16)
    static let otherPunctuation = Self(place: 17)
    static let mathSymbol = Self(place: 18)
    static let currencySymbol = Self(place: 19)
    static let modifierSymbol = Self(place: 20)
    static let otherSymbol = Self(place: 21)
    static let spaceSeparator = Self(place: 22)
    static let lineSeparator = Self(place: 23)
    static let paragraphSeparator = Self(place: 24)
    /// Controls that are not white space.
    static let plainControl = Self(place: 25)
    static let format = Self(place: 26)
    static let surrogate = Self(place: 27)
    static let privateUse = Self(place: 28)
    static let unassigned = Self(place: 29)
    /// Tab, line feed, carriage return and the other controls that are white space.
    static let spaceControl = Self(place: 30)

    static let letter: Self = [
        .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
    ]
    static let mark: Self = [.nonspacingMark, .spacingMark, .enclosingMark]
    static let number: Self = [.decimalNumber, .letterNumber, .otherNumber]
    static let punctuation: Self = [
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
        .finalPunctuation, .otherPunctuation,
    ]
    static let symbol: Self = [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]
    static let separator: Self = [.spaceSeparator, .lineSeparator, .paragraphSeparator]
    static let control: Self = [.plainControl, .spaceControl]
    static let other: Self = [.control, .format, .surrogate, .privateUse, .unassigned]
    /// `\s`: the property White_Space.
    static let space: Self = [.separator, .spaceControl]
}

extension UnicodeKind {
    /// The kind of each scalar of the two planes that text is written in, looked up once.
    static let table: [UInt8] = (UInt32(0)..<0x20000).map(place)

    /// The kind of any scalar.
    @inline(__always)
    static func of(_ scalar: UInt32, _ table: [UInt8]) -> UnicodeKind {
        let index = Int(scalar)
        return Self(rawValue: 1 << UInt32(index < table.count ? table[index] : place(of: scalar)))
    }

    private static func place(of value: UInt32) -> UInt8 {
        guard let scalar = Unicode.Scalar(value) else { return 27 }
        if scalar.properties.generalCategory == .control, scalar.properties.isWhitespace { return 30 }
        return UInt8(order.firstIndex(of: scalar.properties.generalCategory) ?? 29)
    }

    private static let order: [Unicode.GeneralCategory] = [
        .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
        .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber,
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
        .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol,
        .spaceSeparator, .lineSeparator, .paragraphSeparator, .control, .format, .surrogate, .privateUse,
        .unassigned,
    ]
}
