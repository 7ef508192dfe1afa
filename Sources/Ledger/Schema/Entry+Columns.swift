extension Entry {
    static let columns = "number, id, kind, time_ms, reverses, hash"

    var values: [SQLValue] {
        [
            .integer(number), .text(draft.id), .text(draft.kind.rawValue), .integer(draft.timeMs),
            SQLValue(draft.reverses), .text(hash.hex),
        ]
    }

    /// A posting that does not fit 64 bits stands in several lines of the same account.
    var postingValues: [[SQLValue]] {
        var rows: [[SQLValue]] = []
        for posting in draft.postings {
            for part in posting.amount.parts {
                rows.append([.integer(number), SQLValue(rows.count), .text(posting.account.name), .integer(part)])
            }
        }
        return rows
    }

    /// Reads one entry with its postings.
    package static func read(id: String, from session: any SQLSession) throws -> Entry? {
        guard let row = try session.first("SELECT \(columns) FROM entries WHERE id = $1", [.text(id)]) else {
            return nil
        }
        let query = "SELECT account, amount FROM postings WHERE entry = $1 ORDER BY line"
        let lines = try session.query(query, [row[0]])
        return try Entry(row: row, postings: lines.map { try Posting(row: $0) })
    }

    /// - Throws: `StoreError.corrupt` when the postings are no balanced entry.
    init(row: SQLRow, postings: [Posting]) throws {
        let id = try row.text(1)
        guard let hash = [UInt8](hex: try row.text(5)) else { throw StoreError.corrupt("entry '\(id)' has no hash") }
        let draft: EntryDraft
        do {
            draft = try EntryDraft(
                id: id, kind: try row.name(2, EntryKind.self), timeMs: try row.integer(3),
                reverses: try row.optionalText(4), postings: postings)
        } catch let error as EntryError {
            throw StoreError.corrupt(error.description)
        }
        self.init(number: try row.integer(0), draft: draft, hash: hash)
    }
}

extension Posting {
    /// From the columns `account, amount`.
    init(row: SQLRow) throws(StoreError) {
        let name = try row.text(0)
        guard let account = Account(name: name) else { throw .corrupt("'\(name.prefix(100))' is no account") }
        self.init(account, PicoUSD(pico: Int128(try row.integer(1))))
    }
}

extension PicoUSD {
    /// The amount as a sum of 64-bit integers, as few as can be.
    fileprivate var parts: [Int64] {
        var (left, parts) = (pico, [Int64]())
        repeat {
            let part = Int64(clamping: left)
            parts.append(part)
            left -= Int128(part)
        } while left != 0
        return parts
    }
}
