/// The digests that one worker has cached, in the order of their last use, at most `limit` of them.
struct RecentDigests {
    /// A worker that claims more KV cache than this many chunks is not believed.
    static let mostDigests = 1 << 20
    private static let none: Int32 = -1

    private struct Node {
        var digest: UInt64
        var older: Int32
        var newer: Int32
    }

    let limit: Int
    private var table: DigestTable
    private var nodes: [Node] = []
    private var free: [Int32] = []
    private var oldest = none
    private var newest = none

    init(limit: Int, seed: UInt64) {
        self.limit = min(max(limit, 1), Self.mostDigests)
        table = DigestTable(seed: seed)
    }

    var count: Int { table.count }

    /// From the least recently used on.
    var all: [UInt64] {
        var all: [UInt64] = []
        var place = oldest
        while place != Self.none {
            all.append(nodes[Int(place)].digest)
            place = nodes[Int(place)].newer
        }
        return all
    }

    /// Makes a digest the most recent one.
    /// - Returns: whether it is new here, and which one was forgotten for it.
    mutating func use(_ digest: UInt64) -> (isNew: Bool, forgotten: UInt64?) {
        if let place = table[digest] {
            unlink(place)
            link(place)
            return (false, nil)
        }
        let forgotten = count == limit ? nodes[Int(oldest)].digest : nil
        if let forgotten { _ = remove(forgotten) }
        let place = free.popLast() ?? Int32(nodes.count)
        let node = Node(digest: digest, older: Self.none, newer: Self.none)
        if Int(place) == nodes.count { nodes.append(node) } else { nodes[Int(place)] = node }
        table.insert(place, for: digest)
        link(place)
        return (true, forgotten)
    }

    /// - Returns: whether it was there.
    mutating func remove(_ digest: UInt64) -> Bool {
        guard let place = table.remove(digest) else { return false }
        unlink(place)
        free.append(place)
        return true
    }

    private mutating func link(_ place: Int32) {
        nodes[Int(place)].older = newest
        nodes[Int(place)].newer = Self.none
        if newest == Self.none { oldest = place } else { nodes[Int(newest)].newer = place }
        newest = place
    }

    private mutating func unlink(_ place: Int32) {
        let node = nodes[Int(place)]
        if node.older == Self.none { oldest = node.newer } else { nodes[Int(node.older)].newer = node.newer }
        if node.newer == Self.none { newest = node.older } else { nodes[Int(node.newer)].older = node.older }
    }
}
