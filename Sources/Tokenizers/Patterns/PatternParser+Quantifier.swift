extension PatternParser {
    private static let mostRepetitions = 1000

    /// The quantifier that comes next, if any. A '{' that opens none is a literal, as in Oniguruma.
    mutating func parseQuantifier() throws(TokenizerError) -> (Int, Int?, isInterval: Bool)? {
        if consume("*") { return (0, nil, false) }
        if consume("+") { return (1, nil, false) }
        if consume("?") { return (0, 1, false) }
        let start = place
        guard consume("{") else { return nil }
        guard let (minimum, maximum) = parseInterval() else {
            place = start
            return nil
        }
        guard minimum <= Self.mostRepetitions, (maximum ?? 0) <= Self.mostRepetitions else {
            throw error("more than \(Self.mostRepetitions) repetitions")
        }
        guard minimum <= maximum ?? minimum else { throw error("an interval is empty") }
        return (minimum, maximum, true)
    }

    /// `n}`, `n,}`, `,m}` or `n,m}`.
    private mutating func parseInterval() -> (Int, Int?)? {
        let minimum = parseNumber()
        guard consume(",") else {
            guard let minimum, consume("}") else { return nil }
            return (minimum, minimum)
        }
        let maximum = parseNumber()
        guard minimum != nil || maximum != nil, consume("}") else { return nil }
        return (minimum ?? 0, maximum)
    }

    private mutating func parseNumber() -> Int? {
        var digits = ""
        while let scalar = peek(), ("0"..."9").contains(scalar), digits.count < 9 {
            digits.unicodeScalars.append(scalar)
            place += 1
        }
        return Int(digits)
    }
}
