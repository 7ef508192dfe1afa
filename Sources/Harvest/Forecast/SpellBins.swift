import Foundation

/// Durations in bins that grow by 19 %: four to an octave, from 10 s to 7.6 days; shorter spells are in the first bin
/// and longer ones in the last.
enum SpellBins {
    static let count = 64
    private static let first: Double = 10_000

    /// edges[i]..<edges[i + 1] is bin i, in milliseconds; the first edge is 0.
    static let edges: [Double] = [0] + (1...count).map { first * pow(2, Double($0 - 1) / 4) }

    static func bin(ms: Int64) -> Int {
        guard Double(ms) >= first else { return 0 }
        var (low, high) = (0, count - 1)
        // The last bin whose lower edge is not above ms.
        while low < high {
            let middle = (low + high + 1) / 2
            if edges[middle] <= Double(ms) { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

/// How many spells ended, and how many were last seen going on, by their length.
package struct SpellCounts: Sendable, Hashable {
    private(set) var ended = [UInt32](repeating: 0, count: SpellBins.count)
    private(set) var censored = [UInt32](repeating: 0, count: SpellBins.count)
    private(set) var numEnded = 0
    private(set) var total = 0

    package init() {}

    package mutating func add(ms: Int64, isEnded: Bool) {
        let bin = SpellBins.bin(ms: ms)
        if isEnded { ended[bin] &+= 1 } else { censored[bin] &+= 1 }
        numEnded += isEnded ? 1 : 0
        total += 1
        if total >= Self.most { halve() }
    }

    /// Beyond it the old counts half as much: the curve follows an owner whose habits change, and no counter overflows.
    static let most = 4096

    private mutating func halve() {
        ended = ended.map { $0 / 2 }
        censored = censored.map { $0 / 2 }
        numEnded = ended.reduce(0) { $0 + Int($1) }
        total = numEnded + censored.reduce(0) { $0 + Int($1) }
    }

    static func + (left: SpellCounts, right: SpellCounts) -> SpellCounts {
        var sum = left
        for bin in 0..<SpellBins.count {
            sum.ended[bin] &+= right.ended[bin]
            sum.censored[bin] &+= right.censored[bin]
        }
        sum.numEnded += right.numEnded
        sum.total += right.total
        return sum
    }
}
