/// A set of Unicode scalars as a pattern writes it: kinds and ranges, or all but these.
struct ScalarSet: Sendable, Equatable {
    private(set) var kinds: UnicodeKind
    /// Sorted and apart.
    private(set) var ranges: [ClosedRange<UInt32>]
    /// Whether the set holds every scalar but those of `kinds` and `ranges`.
    private(set) var isNegated: Bool
    /// One bit for each ASCII scalar, negation applied: nearly all questions end here.
    private var ascii: (low: UInt64, high: UInt64) = (0, 0)

    init(kinds: UnicodeKind = [], ranges: [ClosedRange<UInt32>] = [], isNegated: Bool = false) {
        self.kinds = kinds
        self.ranges = Self.joined(ranges)
        self.isNegated = isNegated
        for value in UInt32(0)..<64 {
            if containsSlowly(value, UnicodeKind.of(value, UnicodeKind.table)) { ascii.low |= 1 << UInt64(value) }
            let upper = value + 64
            if containsSlowly(upper, UnicodeKind.of(upper, UnicodeKind.table)) { ascii.high |= 1 << UInt64(value) }
        }
    }

    @inline(__always)
    func contains(_ scalar: UTF8Text.Scalar) -> Bool {
        let value = scalar.value
        if value < 64 { return ascii.low >> UInt64(value) & 1 == 1 }
        if value < 128 { return ascii.high >> UInt64(value & 63) & 1 == 1 }
        return containsSlowly(value, scalar.kind)
    }

    static func == (left: Self, right: Self) -> Bool {
        left.kinds == right.kinds && left.ranges == right.ranges && left.isNegated == right.isNegated
    }

    private func containsSlowly(_ value: UInt32, _ kind: UnicodeKind) -> Bool {
        (kinds.contains(kind) || isInRanges(value)) != isNegated
    }

    private func isInRanges(_ value: UInt32) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(value)
    }

    private static func joined(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound + 1 {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }
}

/// `\w` as Oniguruma has it.
extension ScalarSet {
    /// Letters in circles and squares, which are symbols by category.
    private static let wordSymbols: [ClosedRange<UInt32>] = [
        0x24B6...0x24E9, 0x1F130...0x1F149, 0x1F150...0x1F169, 0x1F170...0x1F189,
    ]
    /// Numbers in Latin-1 count as words only outside of a class.
    private static let latinNumbers: [ClosedRange<UInt32>] = [0xB2...0xB3, 0xB9...0xB9, 0xBC...0xBE]

    static let word = ScalarSet(kinds: .word, ranges: wordSymbols + latinNumbers)
    static let notWord = ScalarSet(kinds: .word, ranges: wordSymbols + latinNumbers, isNegated: true)

    static let wordInClass = ScalarSet(kinds: .word, ranges: wordSymbols)
    /// Written without negation, so that it can be part of a class.
    static let notWordInClass: ScalarSet = {
        let symbols = (UInt32(0)..<UInt32(UnicodeKind.table.count)).filter { value in
            UnicodeKind.of(value, UnicodeKind.table) == .otherSymbol && !wordInClass.isInRanges(value)
        }
        return ScalarSet(
            kinds: UnicodeKind.word.complement.subtracting(.otherSymbol), ranges: symbols.map { $0...$0 })
    }()
}
