extension PatternParser {
    private static let widestFoldedRange = 1024
    private static let controls: [Unicode.Scalar: UInt32] = [
        "n": 0x0A, "r": 0x0D, "t": 0x09, "f": 0x0C, "v": 0x0B, "a": 0x07, "e": 0x1B,
    ]

    /// A bracketed class, from its '['.
    mutating func parseClass() throws(TokenizerError) -> ScalarSet {
        place += 1
        let isNegated = consume("^")
        var kinds: UnicodeKind = []
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while isFirst || peek() != "]" {
            isFirst = false
            if peek() == "&", peek(1) == "&" { throw error("intersections of classes are not supported") }
            if peek() == "[" { throw error("classes inside classes are not supported") }
            let item = try parseClassItem()
            kinds.formUnion(item.kinds)
            ranges += try parseRangeEnd(after: item).map { [$0] } ?? item.ranges
        }
        place += 1
        return try folded(ScalarSet(kinds: kinds, ranges: ranges, isNegated: isNegated))
    }

    private mutating func parseClassItem() throws(TokenizerError) -> ScalarSet {
        guard let scalar = peek() else { throw error("a class is not closed") }
        if scalar == "\\" { return try parseEscapedSet(isInClass: true) }
        place += 1
        return ScalarSet(scalar)
    }

    /// The range that a '-' after a single character makes, or nil when none follows.
    private mutating func parseRangeEnd(after first: ScalarSet) throws(TokenizerError) -> ClosedRange<UInt32>? {
        guard peek() == "-", let next = peek(1), next != "]", let lower = first.single else { return nil }
        place += 1
        guard let upper = try parseClassItem().single, lower <= upper else { throw error("a range is empty") }
        return lower...upper
    }

    /// The set with the other case of its letters, where case does not count.
    func folded(_ set: ScalarSet) throws(TokenizerError) -> ScalarSet {
        guard foldsCase else { return set }
        let cased: UnicodeKind = [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter]
        guard set.kinds.isDisjoint(with: cased) || set.kinds.isSuperset(of: cased) else {
            throw error("a part of the letters without regard to case is not supported")
        }
        var ranges: [ClosedRange<UInt32>] = []
        for range in set.ranges {
            guard range.count <= Self.widestFoldedRange else {
                throw error("so wide a range without regard to case is not supported")
            }
            for value in range { ranges += CaseFolding.forms(of: value).map { $0...$0 } }
        }
        return ScalarSet(kinds: set.kinds, ranges: ranges, isNegated: set.isNegated)
    }

    /// A backslash and what it stands for, inside a class or outside.
    mutating func parseEscapedSet(isInClass: Bool) throws(TokenizerError) -> ScalarSet {
        guard let scalar = peek(1) else { throw error("it ends in a backslash") }
        place += 2
        switch scalar {
        case "s": return ScalarSet(kinds: .space)
        case "S": return ScalarSet(kinds: .space.complement)
        case "d": return ScalarSet(kinds: .decimalNumber)
        case "D": return ScalarSet(kinds: .decimalNumber.complement)
        case "w": return isInClass ? .wordInClass : .word
        case "W": return isInClass ? .notWordInClass : .notWord
        case "p", "P": return try parseProperty(isNegated: scalar == "P")
        case "x", "u": return try parseCode(isLong: scalar == "u")
        default: return try control(scalar)
        }
    }

    private func control(_ scalar: Unicode.Scalar) throws(TokenizerError) -> ScalarSet {
        if let value = Self.controls[scalar] { return ScalarSet(ranges: [value...value]) }
        if scalar.isASCII, scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
            throw error("the escape '\\\(scalar)' is not supported")
        }
        return ScalarSet(scalar)
    }

    private mutating func parseProperty(isNegated: Bool) throws(TokenizerError) -> ScalarSet {
        guard consume("{") else { throw error("a property has no name") }
        let isInverted = consume("^") != isNegated
        var name = ""
        while let scalar = peek(), scalar != "}", name.count < 40 {
            name.unicodeScalars.append(scalar)
            place += 1
        }
        guard consume("}"), let kinds = UnicodeKind(name: name) else {
            throw error("the property '\(name)' is not supported")
        }
        return ScalarSet(kinds: isInverted ? kinds.complement : kinds)
    }

    /// `\xHH`, `\x{H…}` or `\uHHHH`.
    private mutating func parseCode(isLong: Bool) throws(TokenizerError) -> ScalarSet {
        let isBraced = !isLong && consume("{")
        let longest = isBraced ? 6 : isLong ? 4 : 2
        var value: UInt32 = 0
        var count = 0
        while count < longest, let digit = peek().flatMap({ Character($0).hexDigitValue }) {
            value = value << 4 | UInt32(digit)
            count += 1
            place += 1
        }
        guard count > 0, !isBraced || consume("}"), let scalar = Unicode.Scalar(value) else {
            throw error("a character code cannot be read")
        }
        return ScalarSet(scalar)
    }
}

extension ScalarSet {
    /// The set of one scalar.
    init(_ scalar: Unicode.Scalar) { self.init(ranges: [scalar.value...scalar.value]) }

    /// The scalar of a set of exactly one.
    fileprivate var single: UInt32? {
        guard kinds.isEmpty, !isNegated, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}
