import TestSupport
import Testing
import Tokenizers

@Suite struct SymbolMergerTests {
    /// Rules over a small alphabet of symbols, so that merges meet in every way; ranks repeat, as scores do.
    private func rules(_ generator: inout SeededGenerator, ranks: Int) -> MergeRules {
        var rules = MergeRules(minimumCapacity: 0)
        for merged in TokenID(3)..<40 {
            let left = TokenID.random(in: 0..<merged, using: &generator)
            let right = TokenID.random(in: 0..<merged, using: &generator)
            rules.insert(left, right, rank: Int.random(in: 0..<ranks, using: &generator), merged: merged)
        }
        return rules
    }

    @Test func heapMergesAsScan() {
        var generator = SeededGenerator(seed: 3)
        var (scan, heap) = (SymbolMerger(), SymbolMerger())
        for round in 0..<2000 {
            let rules = rules(&generator, ranks: round.isMultiple(of: 2) ? 5 : 1000)
            let count = Int.random(in: 0...60, using: &generator)
            scan.symbols = (0..<count).map { _ in TokenID.random(in: 0..<3, using: &generator) }
            heap.symbols = scan.symbols
            scan.mergeByScan(rules)
            heap.mergeByHeap(rules)
            #expect(scan.symbols == heap.symbols)
        }
    }

    /// The textbook: of all neighbours with a rule, the leftmost of the lowest rank merges, until none is left.
    @Test func scanMergesLowestRankFirst() {
        var generator = SeededGenerator(seed: 4)
        var merger = SymbolMerger()
        for _ in 0..<500 {
            let rules = rules(&generator, ranks: 10)
            var symbols = (0..<20).map { _ in TokenID.random(in: 0..<3, using: &generator) }
            merger.symbols = symbols
            merger.merge(rules)
            while let (place, rule) = lowest(symbols, rules) {
                symbols[place] = MergeRules.merged(rule)
                symbols.remove(at: place + 1)
            }
            #expect(merger.symbols == symbols)
        }
    }

    private func lowest(_ symbols: [TokenID], _ rules: MergeRules) -> (Int, MergeRules.Rule)? {
        symbols.indices.dropLast()
            .map { ($0, rules.rule(symbols[$0], symbols[$0 + 1])) }
            .filter { $0.1 != MergeRules.none }
            .min { (MergeRules.rank($0.1), $0.0) < (MergeRules.rank($1.1), $1.0) }
    }

    /// Four times the text costs four times the work and a little more: n log n, not n².
    @Test(arguments: [1, 3])
    func workIsNearlyLinear(_ alphabet: TokenID) {
        let (short, long) = (work(alphabet, 20_000), work(alphabet, 80_000))
        #expect(short > 20_000)
        #expect(long < short * 6)
    }

    /// Powers of two of one symbol merge all the way; with more symbols many rules compete.
    private func work(_ alphabet: TokenID, _ count: Int) -> Int {
        var generator = SeededGenerator(seed: 5)
        var rules = rules(&generator, ranks: 1000)
        rules.insert(0, 0, rank: 0, merged: 101)
        for level in TokenID(1)..<16 { rules.insert(level + 100, level + 100, rank: Int(level), merged: level + 101) }
        var merger = SymbolMerger()
        merger.symbols = (0..<count).map { _ in TokenID.random(in: 0..<alphabet, using: &generator) }
        merger.merge(rules)
        return merger.steps
    }
}
