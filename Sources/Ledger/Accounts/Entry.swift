/// One line of an entry: what an account gains, or loses when negative.
package struct Posting: Sendable, Hashable {
    package let account: Account
    package let amount: PicoUSD

    package init(_ account: Account, _ amount: PicoUSD) {
        self.account = account
        self.amount = amount
    }
}

/// Why an entry was made.
package enum EntryKind: String, Sendable, CaseIterable {
    /// A request was served.
    case usage
    /// A tenant paid in.
    case deposit
    /// An operator was paid.
    case payout
    /// An earlier entry is taken back.
    case reversal
}

/// A set of postings that balances to zero, before it has its place in the ledger.
package struct EntryDraft: Sendable, Hashable {
    /// Made at the source; a second entry with the same id is the same entry.
    package let id: String
    package let kind: EntryKind
    package let timeMs: Int64
    /// The id of the entry that this one takes back.
    package let reverses: String?
    package let postings: [Posting]

    /// Longest id, in bytes.
    package static let maximumIDBytes = 200

    /// Postings to one account are joined, and those of nothing dropped.
    /// - Throws: `EntryError` when the postings do not balance, or the id is empty or too long.
    package init(id: String, kind: EntryKind, timeMs: Int64, reverses: String? = nil, postings: [Posting])
        throws(EntryError)
    {
        guard (1...Self.maximumIDBytes).contains(id.utf8.count) else { throw .badID(id) }
        var sums: [Account: PicoUSD] = [:]
        var order: [Account] = []
        for posting in postings {
            if sums[posting.account] == nil { order.append(posting.account) }
            sums[posting.account, default: .zero] += posting.amount
        }
        let joined = order.map { Posting($0, sums[$0] ?? .zero) }.filter { $0.amount != .zero }
        guard !joined.isEmpty else { throw .empty(id: id) }
        let sum = joined.reduce(PicoUSD.zero) { $0 + $1.amount }
        guard sum == .zero else { throw .unbalanced(id: id, by: sum) }
        self.id = id
        self.kind = kind
        self.timeMs = timeMs
        self.reverses = reverses
        self.postings = joined
    }

    /// The entry that takes this one back.
    package func reversal(id: String, timeMs: Int64) throws(EntryError) -> EntryDraft {
        try EntryDraft(
            id: id, kind: .reversal, timeMs: timeMs, reverses: self.id,
            postings: postings.map { Posting($0.account, -$0.amount) })
    }
}

/// Why a set of postings is no entry.
package enum EntryError: Error, Sendable, Equatable, CustomStringConvertible {
    case unbalanced(id: String, by: PicoUSD)
    case empty(id: String)
    case badID(String)

    package var description: String {
        switch self {
        case .unbalanced(let id, let sum): "The postings of entry '\(id)' do not balance: they sum to \(sum) USD."
        case .empty(let id): "Entry '\(id)' moves no money."
        case .badID(let id):
            "An entry's id has 1 to \(EntryDraft.maximumIDBytes) bytes, this one \(id.utf8.count): '\(id.prefix(40))'."
        }
    }
}

/// An entry in its place: the ledger is the entries by their numbers, without gaps, from 1.
package struct Entry: Sendable, Hashable {
    package let number: Int64
    package let draft: EntryDraft
    /// Links the entry to all before it; see `HashChain`.
    package let hash: [UInt8]
}
