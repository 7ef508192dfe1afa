/// The blocks that nobody holds, in the order in which they will be reused: a doubly linked list over block
/// numbers, so that a block leaves from the middle in constant time when a prefix hit takes it back.
struct BlockQueue {
    private var next: [Int32]
    private var previous: [Int32]
    private let sentinel: Int32
    private(set) var count = 0

    /// Holds all `capacity` blocks at first, lowest number first.
    init(filledTo capacity: Int) {
        sentinel = Int32(capacity)
        next = Array(repeating: sentinel, count: capacity + 1)
        previous = next
        for block in 0..<Int32(capacity) { pushBack(block) }
    }

    var first: Int32? { next[Int(sentinel)] == sentinel ? nil : next[Int(sentinel)] }

    mutating func pushBack(_ block: Int32) { insert(block, after: previous[Int(sentinel)]) }

    mutating func pushFront(_ block: Int32) { insert(block, after: sentinel) }

    mutating func remove(_ block: Int32) {
        let (before, after) = (previous[Int(block)], next[Int(block)])
        next[Int(before)] = after
        previous[Int(after)] = before
        count -= 1
    }

    private mutating func insert(_ block: Int32, after before: Int32) {
        let after = next[Int(before)]
        (next[Int(before)], previous[Int(block)]) = (block, before)
        (next[Int(block)], previous[Int(after)]) = (after, block)
        count += 1
    }

    /// The blocks from the next to be reused to the last; walks at most `limit` links, so that a broken
    /// list ends the walk and is found by the caller's count.
    func elements(limit: Int) -> [Int32] {
        var found: [Int32] = []
        var block = next[Int(sentinel)]
        while block != sentinel, found.count < limit {
            found.append(block)
            block = next[Int(block)]
        }
        return found
    }
}
