/// A program and its arguments, as somebody wrote them on one line.
package struct EngineCommand: Sendable, Equatable {
    /// The program's path, or its name to be looked up in `PATH`, and then its arguments.
    package let words: [String]

    /// Splits a line as a shell does: words end at spaces; `'…'` keeps everything, `"…"` everything but `\"` and `\\`,
    /// and `\` the next character. There are no variables, patterns or pipes.
    /// - Throws: `EngineCommandError`.
    package init(_ line: String) throws(EngineCommandError) {
        var reader = Reader(rest: line[...])
        var words: [String] = []
        while let word = try reader.next() { words.append(word) }
        guard let program = words.first, !program.isEmpty else { throw .empty }
        guard !line.unicodeScalars.contains("\0") else { throw .nullCharacter }
        self.words = words
    }

    private struct Reader {
        var rest: Substring

        /// Nil at the end.
        mutating func next() throws(EngineCommandError) -> String? {
            rest = rest.drop { $0.isWhitespace }
            guard !rest.isEmpty else { return nil }
            var word = ""
            while let character = rest.first, !character.isWhitespace {
                rest.removeFirst()
                switch character {
                case "'": word += try quoted(by: "'")
                case "\"": word += try quoted(by: "\"")
                case "\\": word.append(try escaped())
                default: word.append(character)
                }
            }
            return word
        }

        private mutating func quoted(by quote: Character) throws(EngineCommandError) -> String {
            var text = ""
            while let character = rest.popFirst() {
                if character == quote { return text }
                let isEscape = quote == "\"" && character == "\\" && (rest.first == "\"" || rest.first == "\\")
                text.append(isEscape ? try escaped() : character)
            }
            throw .openQuote(quote)
        }

        private mutating func escaped() throws(EngineCommandError) -> Character {
            guard let character = rest.popFirst() else { throw .nothingEscaped }
            return character
        }
    }
}

/// Why a line is no command.
package enum EngineCommandError: Error, Equatable, CustomStringConvertible {
    case empty
    case openQuote(Character)
    case nothingEscaped
    case nullCharacter

    package var description: String {
        switch self {
        case .empty: "The engine's command is empty: give a program and its arguments."
        case .openQuote(let quote): "The engine's command has a \(quote) without an end."
        case .nothingEscaped: "The engine's command ends with a backslash, which must stand before a character."
        case .nullCharacter: "The engine's command has a null character, which no program can be given."
        }
    }
}
