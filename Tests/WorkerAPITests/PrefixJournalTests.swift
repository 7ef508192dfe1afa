import TestSupport
import Testing
import WorkerAPI

/// The same journal as an array that is sorted by use, the oldest first.
private struct NaiveJournal {
    let capacity: Int
    var all: [UInt64] = []

    mutating func use(_ digests: [UInt64]) {
        for digest in digests.prefix(capacity).reversed() {
            all.removeAll { $0 == digest }
            all.append(digest)
            if all.count > capacity { all.removeFirst() }
        }
    }
}

@Suite struct PrefixJournalTests {
    /// Random chains that share beginnings: the journal holds what the naive one does, and who applies its changes,
    /// whenever they are taken, has the same set.
    @Test(arguments: 0..<60 as Range<UInt64>) func agreesWithANaiveOne(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let capacity = Int.random(in: 0...12, using: &generator)
        var (journal, naive) = (PrefixJournal(capacity: capacity), NaiveJournal(capacity: capacity))
        var told: Set<UInt64> = []
        for _ in 0..<200 {
            let family = UInt64.random(in: 0..<5, using: &generator)
            let chain = (0..<UInt64.random(in: 0...15, using: &generator)).map { family << 8 | $0 }
            journal.use(chain)
            naive.use(chain)
            #expect(journal.all == naive.all)
            guard Int.random(in: 0..<3, using: &generator) == 0 else { continue }
            let hasChanged = journal.hasChanged
            let change = journal.takeChanges()
            #expect(hasChanged == (Set(naive.all) != told), "what came and went is no change")
            #expect(told.isDisjoint(with: change.added) && told.isSuperset(of: change.removed))
            told = told.union(change.added).subtracting(change.removed)
            #expect(told == Set(naive.all) && !change.isReset)
        }
    }

    /// Of one prompt the last chunks go first.
    @Test func theBeginningStaysLongest() {
        var journal = PrefixJournal(capacity: 4)
        journal.use([1, 2, 3])
        journal.use([7, 8])
        #expect(journal.all == [2, 1, 8, 7])
    }
}
