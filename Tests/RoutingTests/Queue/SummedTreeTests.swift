import Routing
import TestSupport
import Testing

@Suite struct SummedTreeTests {
    /// The same set as an array in order.
    private struct Sorted {
        var pairs: [(key: SummedTree.Key, value: Int64)] = []

        mutating func insert(_ key: SummedTree.Key, value: Int64) {
            let place = pairs.firstIndex { key < $0.key } ?? pairs.count
            pairs.insert((key, value), at: place)
        }

        func below(_ key: SummedTree.Key) -> SummedTree.Sum {
            let found = pairs.filter { $0.key < key }
            return SummedTree.Sum(count: found.count, total: found.reduce(0) { $0 + $1.value })
        }

        func beginning(before limit: SummedTree.Key, from base: Int64) -> SummedTree.Sum {
            var found = SummedTree.Sum()
            for pair in pairs {
                let place = SummedTree.Key(major: base + found.total, minor: pair.key.major)
                guard place < limit else { break }
                found.add(SummedTree.Sum(count: 1, total: pair.value))
            }
            return found
        }
    }

    @Test(arguments: 1...20) func `answers as a sorted array does`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var tree = SummedTree()
        var sorted = Sorted()
        for step in 0..<600 {
            let key = SummedTree.Key(major: Int64.random(in: 0..<60, using: &random), minor: Int64(step % 7))
            if let place = sorted.pairs.firstIndex(where: { $0.key == key }) {
                let isRemoved = tree.remove(key)
                #expect(isRemoved)
                sorted.pairs.remove(at: place)
            } else {
                let isRemoved = tree.remove(key)
                #expect(!isRemoved)
                let value = Int64.random(in: 1...50, using: &random)
                tree.insert(key, value: value)
                sorted.insert(key, value: value)
            }
            let limit = SummedTree.Key(major: Int64.random(in: -2..<70, using: &random), minor: Int64(step % 9))
            #expect(tree.first == sorted.pairs.first?.key)
            #expect(tree.isEmpty == sorted.pairs.isEmpty)
            #expect(tree.below(limit) == sorted.below(limit))
            #expect(tree.sum == sorted.below(SummedTree.Key(major: .max, minor: .max)))
            let far = SummedTree.Key(major: limit.major * 20, minor: limit.minor)
            #expect(tree.beginning(before: far, from: 7) == sorted.beginning(before: far, from: 7))
        }
    }

    @Test func `keys in order make no deep tree`() {
        var tree = SummedTree()
        for key in 0..<50_000 { tree.insert(SummedTree.Key(major: Int64(key), minor: 0), value: 1) }
        #expect(tree.below(SummedTree.Key(major: 40_000, minor: 0)).count == 40_000)
        for key in 0..<50_000 { tree.remove(SummedTree.Key(major: Int64(key), minor: 0)) }
        #expect(tree.isEmpty && tree.first == nil && tree.sum == SummedTree.Sum())
    }

    @Test func `sums of huge values wrap and differences stay right`() {
        var tree = SummedTree()
        let base = Int64.max / 4
        for key in 0..<100 { tree.insert(SummedTree.Key(major: base + Int64(key), minor: 0), value: base + Int64(key)) }
        let limit = base + 50
        let below = tree.below(SummedTree.Key(major: limit, minor: 0))
        #expect(limit &* Int64(below.count) &- below.total == (1...50).reduce(0, +))
    }
}
