/// Reads the regular expressions of tokenizer files (Oniguruma's syntax, as Hugging Face compiles them) into
/// a tree: literals, classes, `\p{…}`, groups, `(?i:…)`, alternation, quantifiers, and look-ahead at one
/// scalar. Everything else is refused by name.
struct PatternParser {
    static let longestPattern = 8192
    private static let deepestGroup = 32
    private static let mostQuantifiers = 4

    let source: String
    let scalars: [Unicode.Scalar]
    var place = 0
    var foldsCase = false
    private var depth = 0

    private init(_ source: String) {
        self.source = source
        scalars = Array(source.unicodeScalars)
    }

    static func parse(_ source: String) throws(TokenizerError) -> PatternNode {
        var parser = PatternParser(source)
        guard parser.scalars.count <= longestPattern else { throw parser.error("it is too long") }
        let node = try parser.parseEither()
        guard parser.place == parser.scalars.count else { throw parser.error("a ')' closes nothing") }
        return node
    }

    /// Alternatives up to the end of the group.
    private mutating func parseEither() throws(TokenizerError) -> PatternNode {
        guard depth < Self.deepestGroup else { throw error("groups are nested too deeply") }
        depth += 1
        defer { depth -= 1 }
        let outerCase = foldsCase
        defer { foldsCase = outerCase }
        var branches = [try parseSequence()]
        while consume("|") { branches.append(try parseSequence()) }
        return branches.count == 1 ? branches[0] : .either(branches)
    }

    private mutating func parseSequence() throws(TokenizerError) -> PatternNode {
        var items: [PatternNode] = []
        while let scalar = peek(), scalar != "|", scalar != ")" {
            if consume("(", "?", "i", ")") {
                // It holds for all that is left of the group, alternatives included.
                foldsCase = true
                items.append(try parseEither())
            } else {
                items.append(try parseRepeated())
            }
        }
        return items.count == 1 ? items[0] : .sequence(items)
    }

    private mutating func parseRepeated() throws(TokenizerError) -> PatternNode {
        var node = try parseAtom()
        var quantifiers = 0
        while let (minimum, maximum, isInterval) = try parseQuantifier() {
            quantifiers += 1
            if quantifiers > Self.mostQuantifiers { throw error("too many quantifiers in a row") }
            // After an interval Oniguruma reads '+' as one more quantifier, and '?' too if it is exact.
            let isExact = isInterval && minimum == maximum
            let greed: PatternNode.Greed =
                !isExact && consume("?") ? .lazy : !isInterval && consume("+") ? .possessive : .greedy
            node = .repeated(node, minimum: minimum, maximum: maximum, greed)
        }
        return node
    }

    private mutating func parseAtom() throws(TokenizerError) -> PatternNode {
        guard let scalar = peek() else { throw error("it ends too early") }
        switch scalar {
        case "(": return try parseGroup()
        case "[": return .set(try parseClass())
        case "*", "+", "?": throw error("a quantifier has nothing to repeat")
        case "\\": return try parseEscape()
        default: break
        }
        place += 1
        switch scalar {
        case ".": return .set(ScalarSet(ranges: [0x0A...0x0A], isNegated: true))
        case "^": return .lineStart
        case "$": return .lineEnd
        default: return .set(try folded(ScalarSet(scalar)))
        }
    }

    private mutating func parseGroup() throws(TokenizerError) -> PatternNode {
        let outerCase = foldsCase
        defer { foldsCase = outerCase }
        let isLookAhead = consume("(", "?", "=")
        let isNegativeLookAhead = !isLookAhead && consume("(", "?", "!")
        if !isLookAhead, !isNegativeLookAhead { try openGroup() }
        let node = try parseEither()
        guard consume(")") else { throw error("a group is not closed") }
        guard isLookAhead || isNegativeLookAhead else { return node }
        guard case .set(let set) = node else { throw error("look-ahead is only supported at one character") }
        return .next(set, isIn: isLookAhead)
    }

    private mutating func openGroup() throws(TokenizerError) {
        if consume("(", "?", "i", ":") {
            foldsCase = true
        } else if !consume("(", "?", ":") {
            place += 1
            if peek() == "?" { throw error("this kind of group is not supported") }
        }
    }

    private mutating func parseEscape() throws(TokenizerError) -> PatternNode {
        if consume("\\", "A") { return .textStart }
        if consume("\\", "z") { return .textEnd }
        return .set(try folded(try parseEscapedSet(isInClass: false)))
    }
}

extension PatternParser {
    func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        place + ahead < scalars.count ? scalars[place + ahead] : nil
    }

    /// Moves past `expected` when it comes next.
    mutating func consume(_ expected: Unicode.Scalar...) -> Bool {
        for (ahead, scalar) in expected.enumerated() where peek(ahead) != scalar { return false }
        place += expected.count
        return true
    }

    func error(_ reason: String) -> TokenizerError {
        .unsupportedPattern(source, at: place, reason: reason)
    }
}
