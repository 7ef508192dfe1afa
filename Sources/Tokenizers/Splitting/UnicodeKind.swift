/// A set of Unicode general categories, one bit each; the alphabet in which pre-tokenizers are written.
package struct UnicodeKind: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `place` is that of the category in Unicode's own list (Lu, Ll, Lt, …).
    fileprivate init(place: UInt32) { self.init(rawValue: 1 << place) }

    package static let uppercaseLetter = Self(place: 0)
    package static let lowercaseLetter = Self(place: 1)
    package static let titlecaseLetter = Self(place: 2)
    package static let modifierLetter = Self(place: 3)
    package static let otherLetter = Self(place: 4)
    package static let nonspacingMark = Self(place: 5)
    package static let spacingMark = Self(place: 6)
    package static let enclosingMark = Self(place: 7)
    package static let decimalNumber = Self(place: 8)
    package static let letterNumber = Self(place: 9)
    package static let otherNumber = Self(place: 10)
    package static let connectorPunctuation = Self(place: 11)
    package static let dashPunctuation = Self(place: 12)
    package static let openPunctuation = Self(place: 13)
    package static let closePunctuation = Self(place: 14)
    package static let initialPunctuation = Self(place: 15)
    package static let finalPunctuation = Self(place: 16)
    package static let otherPunctuation = Self(place: 17)
    package static let mathSymbol = Self(place: 18)
    package static let currencySymbol = Self(place: 19)
    package static let modifierSymbol = Self(place: 20)
    package static let otherSymbol = Self(place: 21)
    package static let spaceSeparator = Self(place: 22)
    package static let lineSeparator = Self(place: 23)
    package static let paragraphSeparator = Self(place: 24)
    /// Controls that are not white space.
    package static let plainControl = Self(place: 25)
    package static let format = Self(place: 26)
    package static let surrogate = Self(place: 27)
    package static let privateUse = Self(place: 28)
    package static let unassigned = Self(place: 29)
    /// Tab, line feed, carriage return and the other controls that are white space.
    package static let spaceControl = Self(place: 30)

    package static let letter: Self = [
        .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
    ]
    package static let mark: Self = [.nonspacingMark, .spacingMark, .enclosingMark]
    package static let number: Self = [.decimalNumber, .letterNumber, .otherNumber]
    package static let punctuation: Self = [
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
        .finalPunctuation, .otherPunctuation,
    ]
    package static let symbol: Self = [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]
    package static let separator: Self = [.spaceSeparator, .lineSeparator, .paragraphSeparator]
    package static let control: Self = [.plainControl, .spaceControl]
    package static let other: Self = [.control, .format, .surrogate, .privateUse, .unassigned]
    /// `\s`: the property White_Space.
    package static let space: Self = [.separator, .spaceControl]
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

    package static func of(_ scalar: Unicode.Scalar) -> UnicodeKind { of(scalar.value, table) }

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
