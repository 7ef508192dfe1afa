/// Which neighbouring symbols merge into which, and in what order: the trained part of byte-pair encoding.
package struct MergeRules: Sendable {
    /// Rank in the high half (the lowest merges first), the merged token in the low half.
    package typealias Rule = UInt64
    /// What stands for no rule; its rank is higher than any.
    package static let none: Rule = PairTable.absent

    private var table: PairTable

    /// No rules, with room for so many.
    package init(minimumCapacity: Int) { table = PairTable(minimumCapacity: minimumCapacity) }

    /// Rules.
    package var count: Int { table.count }

    /// The rule for two neighbours, or `none`.
    @inline(__always)
    package func rule(_ left: TokenID, _ right: TokenID) -> Rule { table[key: Self.key(left, right)] }

    /// Adds a rule; of two for one pair the later counts. Ranks stay below 2³¹.
    package mutating func insert(_ left: TokenID, _ right: TokenID, rank: Int, merged: TokenID) {
        table.insert(Self.key(left, right), UInt64(rank) << 32 | UInt64(UInt32(bitPattern: merged)))
    }

    /// The lower, the earlier.
    @inline(__always)
    package static func rank(_ rule: Rule) -> UInt32 { UInt32(truncatingIfNeeded: rule >> 32) }
    /// What the two become.
    @inline(__always)
    package static func merged(_ rule: Rule) -> TokenID { TokenID(truncatingIfNeeded: rule) }

    @inline(__always)
    private static func key(_ left: TokenID, _ right: TokenID) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }
}
