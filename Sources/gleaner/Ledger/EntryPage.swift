import JSON
import Ledger

/// An entry with its postings, as it is shown.
struct EntryPage {
    private let card: Card
    private let postings: Listing
    private let sum: Listing

    init(_ trace: EntryTrace) {
        let (entry, draft) = (trace.entry, trace.entry.draft)
        card = Card(
            ["entry", "id", "kind", "time_ms", "reverses", "reversed_by", "hash"],
            [
                .number(entry.number), .text(draft.id), .text(draft.kind.rawValue), .time(draft.timeMs),
                .text(draft.reverses), .text(trace.reversedBy), .text(entry.hash.hex),
            ])
        let rows: [[Cell]] = draft.postings.map { [.text($0.account.name), .money($0.amount)] }
        postings = Listing(columns: ["account", "amount"], rows: rows)
        let total = draft.postings.reduce(PicoUSD.zero) { $0 + $1.amount }
        sum = Listing(columns: postings.columns, rows: rows + [[.text("sum"), .money(total)]])
    }

    /// The facts, the postings and their sum.
    var table: String { card.table + "\n" + sum.table }

    var json: JSON {
        guard case .object(var object) = card.json else { return card.json }
        object["postings"] = postings.json
        return .object(object)
    }

    func print(_ flags: CardFlags, remark: String? = nil) {
        TerminalOutput.write(flags.json ? json.serialized() + "\n" : table)
        if let remark, !flags.json { TerminalOutput.note(remark) }
    }
}

extension Ledger {
    /// The entry with an id, or at a place of the ledger.
    /// - Throws: `LedgerCommandError.unknownEntry`.
    func knownEntry(_ id: String) async throws -> EntryTrace {
        if let trace = try await entry(id: id) { return trace }
        let isNumber = id.utf8.allSatisfy { (48...57).contains($0) }
        if isNumber, let number = Int64(id), let trace = try await entry(number: number) { return trace }
        throw LedgerCommandError.unknownEntry(id)
    }
}
