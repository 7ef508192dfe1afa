/// Byte-pair encoding of one piece: merges neighbours, lowest rank first and leftmost among equals, until no
/// rule applies (Sennrich, Haddow, Birch 2016).
///
/// Short pieces are merged by looking for the lowest rank again and again, which beats any structure. Long
/// ones go through a heap over a linked list, so that `n` symbols cost O(n log n): a megabyte without
/// spaces is one piece. The value is the scratch memory of both; keep it between pieces.
package struct SymbolMerger {
    /// Pieces up to this many symbols are merged by scanning.
    package static let scanLimit = 32

    /// The symbols to merge; after `merge` the result.
    package var symbols: [TokenID] = []
    /// Rules looked up and heap entries moved since the start: the measure of work in tests.
    package private(set) var steps = 0

    /// Scan: `rules[i]` is the rule for symbols `i` and `i + 1`. Heap: of the symbol and its next.
    private var rules: [MergeRules.Rule] = []
    private var heap = MinHeap()
    private var next: [Int32] = []
    private var previous: [Int32] = []

    package init() {}

    package mutating func merge(_ table: MergeRules) {
        if symbols.count <= Self.scanLimit { mergeByScan(table) } else { mergeByHeap(table) }
    }
}

extension SymbolMerger {
    package mutating func mergeByScan(_ table: MergeRules) {
        rules.removeAll(keepingCapacity: true)
        for place in symbols.indices.dropLast() {
            rules.append(table.rule(symbols[place], symbols[place + 1]))
        }
        steps += symbols.count
        while let place = lowestRule() {
            symbols[place] = MergeRules.merged(rules[place])
            symbols.remove(at: place + 1)
            rules.remove(at: place)
            if place < rules.count { rules[place] = table.rule(symbols[place], symbols[place + 1]) }
            if place > 0 { rules[place - 1] = table.rule(symbols[place - 1], symbols[place]) }
            steps += rules.count
        }
    }

    private func lowestRule() -> Int? {
        var best: Int?
        var bestRank = MergeRules.rank(MergeRules.none)
        for place in rules.indices where MergeRules.rank(rules[place]) < bestRank {
            best = place
            bestRank = MergeRules.rank(rules[place])
        }
        return best
    }
}

extension SymbolMerger {
    private static let end: Int32 = -1

    package mutating func mergeByHeap(_ table: MergeRules) {
        guard let last = Int32(exactly: symbols.count - 1), last > 0 else { return }
        next = Array(1...last) + [Self.end]
        previous = Array(-1..<last)
        rules = Array(repeating: MergeRules.none, count: symbols.count)
        heap.removeAll()
        for place in 0..<last { look(at: place, table) }
        while let entry = heap.pop() {
            let place = Int32(truncatingIfNeeded: entry)
            // An entry is stale when its symbol has merged meanwhile; a live one still has its rank.
            guard MergeRules.rank(rules[Int(place)]) == UInt32(truncatingIfNeeded: entry >> 32) else { continue }
            mergeWithNext(place, table)
        }
        collect()
        steps += heap.steps
        heap.steps = 0
    }

    /// Records the rule for the symbol at `place` and its next.
    private mutating func look(at place: Int32, _ table: MergeRules) {
        steps += 1
        let right = next[Int(place)]
        let rule = right == Self.end ? MergeRules.none : table.rule(symbols[Int(place)], symbols[Int(right)])
        rules[Int(place)] = rule
        guard rule != MergeRules.none else { return }
        heap.push(UInt64(MergeRules.rank(rule)) << 32 | UInt64(UInt32(bitPattern: place)))
    }

    private mutating func mergeWithNext(_ place: Int32, _ table: MergeRules) {
        let right = Int(next[Int(place)])
        symbols[Int(place)] = MergeRules.merged(rules[Int(place)])
        rules[right] = MergeRules.none
        next[Int(place)] = next[right]
        if next[right] != Self.end { previous[Int(next[right])] = place }
        look(at: place, table)
        if previous[Int(place)] != Self.end { look(at: previous[Int(place)], table) }
    }

    /// Moves the symbols that are left to the front.
    private mutating func collect() {
        var count = 0
        var place: Int32 = 0
        while place != Self.end {
            symbols[count] = symbols[Int(place)]
            count += 1
            place = next[Int(place)]
        }
        symbols.removeLast(symbols.count - count)
    }
}
