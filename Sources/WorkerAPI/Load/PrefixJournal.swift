/// What a model's prefix cache is likely to hold, in digests of `PrefixChain`, and what changed since it was last
/// told.
///
/// The engine evicts the blocks that were not used for longest, and of one prompt the last first; so does this, with
/// room for as many chunks as the KV cache holds. It is a guess that routing can use, not the cache itself.
package struct PrefixJournal: Sendable {
    private static let none = -1

    /// A digest in the list that is sorted by use.
    private struct Entry {
        var digest: UInt64
        var older: Int
        var newer: Int
    }

    private let capacity: Int
    private var places: [UInt64: Int] = [:]
    private var entries: [Entry] = []
    private var oldest = none
    private var newest = none
    private var added: Set<UInt64> = []
    private var removed: Set<UInt64> = []

    /// - Parameter capacity: chunks.
    package init(capacity: Int) { self.capacity = capacity }

    /// Digests from the one used longest ago to the latest.
    package var all: [UInt64] {
        var digests: [UInt64] = []
        digests.reserveCapacity(entries.count)
        var place = oldest
        while place != Self.none {
            digests.append(entries[place].digest)
            place = entries[place].newer
        }
        return digests
    }

    /// A prompt was computed or found in the cache.
    /// - Parameter digests: of its chunks from the first on; those that are too many are left out.
    package mutating func use(_ digests: [UInt64]) {
        // The first chunk is the last to go: without it the others are of no use.
        for digest in digests.prefix(capacity).reversed() {
            if let place = places[digest] {
                unlink(place)
                link(place)
            } else {
                add(digest)
            }
        }
    }

    /// Whether `takeChanges` has something to say.
    package var hasChanged: Bool { !added.isEmpty || !removed.isEmpty }

    /// What is there now and was not when this was last called, and the other way round.
    package mutating func takeChanges() -> PrefixChange {
        defer { (added, removed) = ([], []) }
        return PrefixChange(added: Array(added), removed: Array(removed))
    }

    private mutating func add(_ digest: UInt64) {
        let place: Int
        if entries.count < capacity {
            place = entries.count
            entries.append(Entry(digest: digest, older: Self.none, newer: Self.none))
        } else {
            place = oldest
            forget(entries[place].digest)
            unlink(place)
            entries[place].digest = digest
        }
        link(place)
        places[digest] = place
        if removed.remove(digest) == nil { added.insert(digest) }
    }

    private mutating func forget(_ digest: UInt64) {
        places[digest] = nil
        if added.remove(digest) == nil { removed.insert(digest) }
    }

    /// Makes the entry the newest.
    private mutating func link(_ place: Int) {
        entries[place].older = newest
        entries[place].newer = Self.none
        if newest == Self.none { oldest = place } else { entries[newest].newer = place }
        newest = place
    }

    private mutating func unlink(_ place: Int) {
        let entry = entries[place]
        if entry.older == Self.none { oldest = entry.newer } else { entries[entry.older].newer = entry.newer }
        if entry.newer == Self.none { newest = entry.older } else { entries[entry.newer].older = entry.older }
    }
}

/// What changed in a journal.
package struct PrefixChange: Sendable, Equatable {
    /// Forget what was told before.
    package var isReset: Bool
    package var added: [UInt64]
    package var removed: [UInt64]

    package init(isReset: Bool = false, added: [UInt64] = [], removed: [UInt64] = []) {
        self.isReset = isReset
        self.added = added
        self.removed = removed
    }
}
