/// Which SQL a store speaks. Queries are written once for both; only schema text and row locks ask for this.
package enum SQLDialect: Sendable, Hashable, CaseIterable {
    case sqlite, postgreSQL

    /// What a query ends with whose rows the same transaction will change.
    ///
    /// SQLite has one writer at a time and needs nothing. PostgreSQL writes concurrently with other gateways under READ
    /// COMMITTED: without the lock two of them read the same balance and one update is lost.
    package var lockingClause: String {
        switch self {
        case .sqlite: ""
        case .postgreSQL: " FOR UPDATE"
        }
    }

    /// Our schema text in this dialect.
    ///
    /// We write `BIGINT`, `TEXT`, `BYTES` (whole words, upper case) and `WITHOUT ROWID`. SQLite gets `INTEGER`, `BLOB`
    /// and STRICT tables, so that it refuses what PostgreSQL would refuse; `BIGINT PRIMARY KEY` is then its row id.
    package func schema(_ statement: String) -> String {
        switch self {
        case .sqlite: Self.strict(Self.replacingWords(["BYTES": "BLOB", "BIGINT": "INTEGER"], in: statement))
        case .postgreSQL: Self.replacingWords(["BYTES": "BYTEA", "WITHOUT ROWID": ""], in: statement)
        }
    }

    private static func strict(_ statement: String) -> String {
        let trimmed = String(statement.trimmingPrefix(while: \.isWhitespace))
        guard trimmed.hasPrefix("CREATE TABLE") else { return statement }
        let end = trimmed.lastIndex { !$0.isWhitespace }
        return trimmed + (end.map { trimmed[$0] } == ")" ? " STRICT" : ", STRICT")
    }

    /// Replaces whole words outside quotation marks; a key of two words must be written with one space.
    private static func replacingWords(_ words: [String: String], in text: String) -> String {
        var result = ""
        var rest = text[...]
        var quote: Character?
        var afterWord = false
        while let first = rest.first {
            if quote == nil, !afterWord, let (word, other) = words.first(where: { isWord($0.key, at: rest) }) {
                result += other
                rest = rest.dropFirst(word.count)
                afterWord = true
                continue
            }
            if first == quote { quote = nil } else if quote == nil, first == "'" || first == "\"" { quote = first }
            afterWord = isWordCharacter(first)
            result.append(first)
            rest = rest.dropFirst()
        }
        return result
    }

    private static func isWord(_ word: String, at text: Substring) -> Bool {
        text.hasPrefix(word) && !(text.dropFirst(word.count).first.map(isWordCharacter) ?? false)
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}
