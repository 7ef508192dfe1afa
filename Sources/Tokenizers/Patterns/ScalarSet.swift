/// A set of Unicode scalars as a pattern writes it: kinds and ranges, or all but these.
package struct ScalarSet: Sendable, Equatable {
    package private(set) var kinds: UnicodeKind
    /// Sorted and apart.
    package private(set) var ranges: [ClosedRange<UInt32>]
    /// Whether the set holds every scalar but those of `kinds` and `ranges`.
    package private(set) var isNegated: Bool
    /// One bit for each ASCII scalar, negation applied: nearly all questions end here.
    private var ascii: (low: UInt64, high: UInt64) = (0, 0)

    package init(kinds: UnicodeKind = [], ranges: [ClosedRange<UInt32>] = [], isNegated: Bool = false) {
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
    package func contains(_ scalar: UTF8Text.Scalar) -> Bool {
        let value = scalar.value
        if value < 64 { return ascii.low >> UInt64(value) & 1 == 1 }
        if value < 128 { return ascii.high >> UInt64(value & 63) & 1 == 1 }
        return containsSlowly(value, scalar.kind)
    }

    package static func == (left: Self, right: Self) -> Bool {
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
