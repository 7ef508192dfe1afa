extension Jinja {
    /// Cuts the text of a template into tokens, with `trim_blocks` and `lstrip_blocks` on and the last line
    /// break dropped, as transformers sets jinja2 up.
    ///
    /// A fault does not stop the parser early: the tokens before it are parsed first, since what is wrong
    /// with them is the better message.
    struct Lexer {
        let source: [Unicode.Scalar]
        var position = 0
        var line = 1
        var tokens: [Token] = []
        /// What closes the brackets that are open in the tag; `}}` inside a mapping does not end a tag.
        var closings: [Symbol] = []
        /// Whether the match before ended a line: text at the start of a line may be stripped from the left.
        private var isLineStart = true

        init(_ text: String) {
            var scalars = Self.normalizingLineBreaks(text)
            if scalars.last == "\n" { scalars.removeLast() }
            source = scalars
        }

        /// All tokens up to the end, or up to the first fault and that fault.
        static func tokens(of text: String) -> (tokens: [Token], fault: TemplateError?) {
            var lexer = Lexer(text)
            do throws(TemplateError) {
                try lexer.run()
                lexer.emit(.end)
                return (lexer.tokens, nil)
            } catch {
                lexer.emit(.end)
                return (lexer.tokens, error)
            }
        }

        private mutating func run() throws(TemplateError) {
            while position < source.count {
                guard let tag = findTag() else {
                    emitData(from: position, to: source.count)
                    return
                }
                try run(tag)
            }
        }

        private mutating func run(_ tag: Tag) throws(TemplateError) {
            emitText(upTo: tag)
            advance(to: tag.end)
            switch tag.kind {
            case .comment: try skipComment()
            case .raw: try readRaw()
            case .variable: try readTag(begin: .variableBegin, end: .variableEnd)
            case .block: try readTag(begin: .blockBegin, end: .blockEnd)
            }
        }

        // MARK: Text between tags

        /// Emits the text before a tag, stripped as the sign of the tag asks for.
        private mutating func emitText(upTo tag: Tag) {
            let end = strippedEnd(of: position..<tag.start, sign: tag.sign, isVariable: tag.kind == .variable)
            emitData(from: position, to: end)
            advance(to: tag.start)
        }

        private func strippedEnd(of text: Swift.Range<Int>, sign: Sign, isVariable: Bool) -> Int {
            switch sign {
            case .minus:
                var end = text.upperBound
                while end > text.lowerBound, source[end - 1].isPythonSpace { end -= 1 }
                return end
            case .none where !isVariable:
                var start = text.upperBound
                while start > text.lowerBound, source[start - 1] != "\n", source[start - 1].isPythonSpace { start -= 1 }
                let reachesLineStart = start > text.lowerBound ? source[start - 1] == "\n" : isLineStart
                return reachesLineStart ? start : text.upperBound
            default:
                return text.upperBound
            }
        }

        private mutating func emitData(from start: Int, to end: Int) {
            guard end > start else { return }
            emit(.data(text(start..<end)))
            advance(to: end)
        }

        // MARK: Comments and raw text

        private mutating func skipComment() throws(TemplateError) {
            guard let end = find({ $0.matchEnd("#}", at: $1) }) else {
                throw .syntax("Missing end of comment tag", line: line)
            }
            advance(to: end.upperBound)
        }

        private mutating func readRaw() throws(TemplateError) {
            guard let end = find({ $0.matchEndRaw(at: $1) }) else {
                throw .syntax("Missing end of raw directive", line: line)
            }
            let sign = sign(at: end.lowerBound + 2)
            let textEnd = strippedEnd(of: position..<end.lowerBound, sign: sign, isVariable: false)
            emitData(from: position, to: textEnd)
            advance(to: end.upperBound)
        }

        /// The first match at or after the position.
        private func find(_ match: (Lexer, Int) -> Int?) -> Swift.Range<Int>? {
            for start in position..<source.count {
                if let end = match(self, start) { return start..<end }
            }
            return nil
        }

        // MARK: Places

        mutating func emit(_ kind: Token.Kind) { tokens.append(Token(kind: kind, line: line)) }

        /// Moves on, counting lines; what was passed decides whether a line starts here.
        mutating func advance(to end: Int) {
            guard end > position else { return }
            for place in position..<end where source[place] == "\n" { line += 1 }
            isLineStart = source[end - 1] == "\n"
            position = end
        }

        func text(_ range: Swift.Range<Int>) -> String {
            String(String.UnicodeScalarView(source[range]))
        }

        static func normalizingLineBreaks(_ text: String) -> [Unicode.Scalar] {
            var result: [Unicode.Scalar] = []
            result.reserveCapacity(text.utf8.count)
            var previous: Unicode.Scalar?
            for scalar in text.unicodeScalars {
                if scalar == "\r" {
                    result.append("\n")
                } else if !(scalar == "\n" && previous == "\r") {
                    result.append(scalar)
                }
                previous = scalar
            }
            return result
        }
    }
}
