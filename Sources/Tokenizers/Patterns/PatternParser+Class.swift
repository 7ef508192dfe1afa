extension PatternParser {
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
            let set = try parseClassItem()
            guard let bounds = try parseRangeEnd(after: set) else {
                kinds.formUnion(set.kinds)
                ranges += set.ranges
                continue
            }
            ranges.append(bounds)
        }
        place += 1
        return ScalarSet(kinds: kinds, ranges: ranges, isNegated: isNegated)
    }

    private mutating func parseClassItem() throws(TokenizerError) -> ScalarSet {
        guard let scalar = peek() else { throw error("a class is not closed") }
        if scalar == "\\" { return try parseEscapedSet() }
        place += 1
        return literal(scalar)
    }

    /// The range that a '-' after a single character makes, or nil when none follows.
    private mutating func parseRangeEnd(after first: ScalarSet) throws(TokenizerError) -> ClosedRange<UInt32>? {
        guard peek() == "-", let next = peek(1), next != "]", let lower = first.single else { return nil }
        place += 1
        let outerCase = foldsCase
        foldsCase = false
        defer { foldsCase = outerCase }
        guard let upper = try parseClassItem().single, lower <= upper else { throw error("a range is empty") }
        if outerCase { throw error("ranges without regard to case are not supported") }
        return lower...upper
    }

    /// A backslash and what it stands for, inside a class or outside.
    mutating func parseEscapedSet() throws(TokenizerError) -> ScalarSet {
        guard let scalar = peek(1) else { throw error("it ends in a backslash") }
        place += 2
        switch scalar {
        case "s": return ScalarSet(kinds: .space)
        case "S": return ScalarSet(kinds: .space.complement)
        case "d": return ScalarSet(kinds: .decimalNumber)
        case "D": return ScalarSet(kinds: .decimalNumber.complement)
        case "w": return ScalarSet(kinds: .word)
        case "W": return ScalarSet(kinds: .word.complement)
        case "p", "P": return try parseProperty(isNegated: scalar == "P")
        case "x", "u": return try parseCode(isLong: scalar == "u")
        default: return try control(scalar)
        }
    }

    private func control(_ scalar: Unicode.Scalar) throws(TokenizerError) -> ScalarSet {
        let values: [Unicode.Scalar: UInt32] = ["n": 0x0A, "r": 0x0D, "t": 0x09, "f": 0x0C, "v": 0x0B, "a": 0x07, "e": 0x1B]
        if let value = values[scalar] { return ScalarSet(ranges: [value...value]) }
        if scalar.isASCII, scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
            throw error("the escape '\\\(scalar)' is not supported")
        }
        return literal(scalar)
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
        return literal(scalar)
    }

    /// One character, in both cases where case does not count.
    func literal(_ scalar: Unicode.Scalar) -> ScalarSet {
        guard foldsCase else { return ScalarSet(ranges: [scalar.value...scalar.value]) }
        let forms = CaseFolding.forms(of: scalar)
        return ScalarSet(ranges: forms.map { $0...$0 })
    }
}

extension ScalarSet {
    /// The scalar of a set of exactly one.
    fileprivate var single: UInt32? {
        guard kinds.isEmpty, !isNegated, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}
