extension Verification {
    mutating func checkEntries() throws {
        let query = """
            SELECT e.number, e.id, e.kind, e.time_ms, e.reverses, e.hash, p.line, p.account, p.amount
            FROM entries e LEFT JOIN postings p ON p.entry = e.number ORDER BY e.number, p.line
            """
        var chain = HashChain.empty
        var lines = 0
        try forEachGroup(query) { rows in
            lines += try checkEntry(rows, &chain)
            count()
        }
        head = chain.head
        try checkHead(chain)
        let stored = try session.first("SELECT count(*) FROM postings")?.integer(0) ?? 0
        try expect(Int64(lines), stored, "postings of entries that exist", at: "the ledger")
    }

    /// - Parameter rows: of one entry, one for each of its postings.
    /// - Returns: the number of postings.
    private mutating func checkEntry(_ rows: [SQLRow], _ chain: inout HashChain) throws -> Int {
        let first = rows[0]
        let number = try first.integer(0)
        let place = "entry \(number)"
        guard number == chain.number + 1 else {
            throw discrepancy(
                "entry \(chain.number + 1)", "number", expected: chain.number + 1, found: "missing: \(number) is next")
        }
        let draft = try draft(rows, at: place)
        let entry = chain.append(draft)
        for (index, expected) in entry.postingValues.enumerated() {
            let found = rows.indices.contains(index) ? rows[index] : SQLRow([])
            guard expected == [found[0], found[6], found[7], found[8]] else {
                throw discrepancy(
                    place, "posting \(index)", expected: text(expected.dropFirst()),
                    found: text([found[6], found[7], found[8]]))
            }
        }
        try expect(entry.postingValues.count, rows.count, "number of postings", at: place)
        try expect(entry.hash.hex, try first.text(5), "hash", at: place)
        try checkKind(entry, at: place)
        for posting in draft.postings { sums[posting.account.name, default: .zero] += posting.amount }
        latestMs = max(latestMs ?? draft.timeMs, draft.timeMs)
        totals.entries += 1
        return rows.count
    }

    private func draft(_ rows: [SQLRow], at place: String) throws -> EntryDraft {
        let first = rows[0]
        return try read(place) {
            let postings = try rows.filter { $0[6] != .null }.map { try Posting(row: SQLRow([$0[7], $0[8]])) }
            do {
                return try EntryDraft(
                    id: try first.text(1), kind: try first.name(2, EntryKind.self), timeMs: try first.integer(3),
                    reverses: try first.optionalText(4), postings: postings)
            } catch let error as EntryError {
                throw discrepancy(place, "the sum of its postings", expected: "0", found: "not: \(error)")
            }
        }
    }

    private mutating func checkKind(_ entry: Entry, at place: String) throws {
        let draft = entry.draft
        try expect(draft.kind == .reversal, draft.reverses != nil, "naming an entry that it reverses", at: place)
        if draft.kind == .usage {
            try expect(true, draft.id.hasPrefix("request:"), "the id naming a request", at: place)
            totals.posted -= draft.postings.reduce(.zero) { $0 + ($1.account.isTenant ? $1.amount : .zero) }
        }
        guard let id = draft.reverses else { return }
        guard let reversed = try Entry.read(id: id, from: session), reversed.number < entry.number else {
            throw discrepancy(place, "the entry that it reverses", expected: "an earlier entry", found: "'\(id)'")
        }
        let opposite = reversed.draft.postings.map { Posting($0.account, -$0.amount) }
        try expect(opposite, draft.postings, "the opposite of entry \(reversed.number)", at: place)
    }

    private func checkHead(_ chain: HashChain) throws {
        guard let row = try session.first("SELECT entry, hash FROM ledger_head WHERE id = 1") else {
            throw discrepancy("ledger_head", "its row", expected: "there", found: "missing")
        }
        let number = try row.integer(0)
        guard number <= chain.number else {
            throw discrepancy(
                "entry \(chain.number + 1)", "the entry", expected: "there, as ledger_head says \(number)",
                found: "missing")
        }
        try expect(chain.number, number, "the last entry's number", at: "ledger_head")
        try expect(chain.head.hex, try row.text(1), "the last entry's hash", at: "ledger_head")
    }

    private func text(_ values: some Sequence<SQLValue>) -> String {
        values.map { value in
            switch value {
            case .null: "nothing"
            case .integer(let integer): "\(integer)"
            case .text(let text): text
            case .bytes(let bytes): bytes.hex
            }
        }.joined(separator: " ")
    }
}

extension Account {
    var isTenant: Bool { if case .tenant = self { true } else { false } }
}
