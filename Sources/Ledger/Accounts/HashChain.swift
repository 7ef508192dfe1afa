import Crypto

/// The chain of hashes over all entries: who changes, drops or moves an old entry has to change every hash
/// after it, and the last one can be kept elsewhere.
///
/// The hash of an entry is SHA-256 over the hash before it (32 zero bytes at first) and the entry's fields, each
/// with its length before it, so that no two entries have the same bytes.
package struct HashChain: Sendable, Hashable {
    /// Entries so far.
    package private(set) var number: Int64
    /// The hash of the last one.
    package private(set) var head: [UInt8]

    package static let empty = HashChain(number: 0, head: Array(repeating: 0, count: 32))

    package init(number: Int64, head: [UInt8]) {
        self.number = number
        self.head = head
    }

    /// Gives the draft its place.
    package mutating func append(_ draft: EntryDraft) -> Entry {
        number += 1
        head = Self.hash(draft, number: number, after: head)
        return Entry(number: number, draft: draft, hash: head)
    }

    private static func hash(_ draft: EntryDraft, number: Int64, after previous: [UInt8]) -> [UInt8] {
        var bytes = previous
        func append(_ text: String) {
            withUnsafeBytes(of: UInt32(text.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: text.utf8)
        }
        append(String(number))
        append(draft.id)
        append(draft.kind.rawValue)
        append(String(draft.timeMs))
        append(draft.reverses ?? "")
        for posting in draft.postings {
            append(posting.account.name)
            append(String(posting.amount.pico))
        }
        return Array(SHA256.hash(data: bytes))
    }
}
