/// Finds the matches of one pattern: by the code written for it, or by running it.
enum Splitter: Sendable {
    case gpt2(GPT2Scanner)
    case words(WordScanner)
    case cased(CasedScanner)
    case deepSeek(DeepSeekScanner)
    case run(RunScanner)
    /// `\s+$`: the white space that ends the text.
    case trailingSpace
    case pattern(PatternProgram)

    /// The fastest that finds the matches of a regular expression.
    ///
    /// - Throws: `TokenizerError.unsupportedPattern`
    init(pattern source: String) throws(TokenizerError) {
        let node = try PatternParser.parse(source)
        if let known = KnownPatterns.splitter(for: node) {
            self = known
        } else if let run = RunScanner(node) {
            self = .run(run)
        } else {
            self = .pattern(try PatternProgram(node, source: source))
        }
    }

    /// Finds a text as it is.
    init(text: String) throws(TokenizerError) {
        let scalars = text.unicodeScalars.map { PatternNode.set(ScalarSet($0)) }
        self = .pattern(try PatternProgram(.sequence(scalars), source: text))
    }

    /// Calls `body` with each match in `text[piece]` from left to right.
    func forEachMatch(
        in text: UTF8Text, _ piece: Range<Int>, _ machine: inout PatternMachine?, _ body: (Range<Int>) -> Void
    ) {
        switch self {
        case .gpt2(let scanner): Self.scan(scanner, text, piece, body)
        case .words(let scanner): Self.scan(scanner, text, piece, body)
        case .cased(let scanner): Self.scan(scanner, text, piece, body)
        case .deepSeek(let scanner): Self.scan(scanner, text, piece, body)
        case .run(let scanner): Self.scan(scanner, text, piece, body)
        case .trailingSpace: Self.trailingSpace(text, piece, body)
        case .pattern(let program):
            if machine == nil { machine = PatternMachine(program) }
            for match in machine?.matches(in: text, piece) ?? [] { body(match) }
        }
    }

    @inline(__always)
    private static func scan(
        _ scanner: some Scanner, _ text: UTF8Text, _ piece: Range<Int>, _ body: (Range<Int>) -> Void
    ) {
        var place = piece.lowerBound
        while place < piece.upperBound {
            if let end = scanner.matchEnd(at: place, in: text, before: piece.upperBound) {
                body(place..<end)
                place = end
            } else {
                place = text[place].end
            }
        }
    }

    /// Each run of white space up to the end of the text or of its last line, which is what `$` stands for.
    private static func trailingSpace(_ text: UTF8Text, _ piece: Range<Int>, _ body: (Range<Int>) -> Void) {
        var place = piece.lowerBound
        while place < piece.upperBound {
            let end = text.run(of: .space, from: place, before: piece.upperBound)
            if end == place {
                place = text[place].end
                continue
            }
            let line = text.bytes[place + 1..<max(end, place + 1)].lastIndex(of: 0x0A)
            if let match = end == piece.upperBound ? end : line { body(place..<match) }
            place = end
        }
    }
}
