/// An ordered set of keys with a value each that answers how many keys lie below one, and what their values sum to.
///
/// A treap (Seidel and Aragon, "Randomized Search Trees", 1996) over an array, with counts and sums of subtrees: every
/// operation is O(log n). Its priorities are the SplitMix64 sequence, so that equal histories give equal trees.
/// Sums wrap: a difference of two is right whenever it fits 64 bits itself.
package struct SummedTree: Sendable {
    package struct Key: Comparable, Sendable {
        package var major: Int64
        package var minor: Int64

        package init(major: Int64, minor: Int64) {
            self.major = major
            self.minor = minor
        }

        package static func < (first: Key, second: Key) -> Bool {
            first.major != second.major ? first.major < second.major : first.minor < second.minor
        }
    }

    package struct Sum: Equatable, Sendable {
        package var count: Int
        package var total: Int64

        package init(count: Int = 0, total: Int64 = 0) {
            self.count = count
            self.total = total
        }

        package mutating func add(_ other: Sum) {
            count += other.count
            total &+= other.total
        }
    }

    private struct Node {
        var key: Key
        var value: Int64
        var priority: UInt64
        var sum: Sum
        var left = none
        var right = none
    }

    private static let none: Int32 = -1
    private var nodes: [Node] = []
    private var free: [Int32] = []
    private var root = none
    private var drawn: UInt64 = 0

    package init() {}

    /// All keys and values.
    package var sum: Sum { sum(of: root) }
    package var isEmpty: Bool { root == Self.none }

    /// The smallest key.
    package var first: Key? {
        var node = root
        guard node != Self.none else { return nil }
        while nodes[Int(node)].left != Self.none { node = nodes[Int(node)].left }
        return nodes[Int(node)].key
    }

    /// How many keys are smaller than `key`, and the sum of their values.
    package func below(_ key: Key) -> Sum {
        var found = Sum()
        var node = root
        while node != Self.none {
            let here = nodes[Int(node)]
            if here.key < key {
                found.add(through(here))
                node = here.right
            } else {
                node = here.left
            }
        }
        return found
    }

    /// Reads the values as lengths of pieces laid end to end from `base` on, in order of their keys: how many pieces
    /// begin before the place `limit.major` (or there, with a `major` key below `limit.minor`), and how long they are.
    /// Values must be positive.
    package func beginning(before limit: Key, from base: Int64) -> Sum {
        var found = Sum()
        var node = root
        while node != Self.none {
            let here = nodes[Int(node)]
            let place = base &+ found.total &+ sum(of: here.left).total
            if Key(major: place, minor: here.key.major) < limit {
                found.add(through(here))
                node = here.right
            } else {
                node = here.left
            }
        }
        return found
    }

    /// Adds a key that the tree does not hold.
    package mutating func insert(_ key: Key, value: Int64) {
        drawn &+= 0x9E37_79B9_7F4A_7C15
        let node = Node(key: key, value: value, priority: Self.mix(drawn), sum: Sum(count: 1, total: value))
        let place = take(node)
        let (low, high) = split(root, at: key)
        root = merge(merge(low, place), high)
    }

    /// Takes a key out.
    /// - Returns: whether it was there.
    @discardableResult
    package mutating func remove(_ key: Key) -> Bool {
        guard let merged = removing(key, from: root) else { return false }
        root = merged
        return true
    }

    private func sum(of node: Int32) -> Sum { node == Self.none ? Sum() : nodes[Int(node)].sum }

    /// The node and all that is left of it.
    private func through(_ node: Node) -> Sum {
        var found = sum(of: node.left)
        found.add(Sum(count: 1, total: node.value))
        return found
    }

    private mutating func take(_ node: Node) -> Int32 {
        if let place = free.popLast() {
            nodes[Int(place)] = node
            return place
        }
        nodes.append(node)
        return Int32(nodes.count - 1)
    }

    private mutating func resum(_ place: Int32) {
        let node = nodes[Int(place)]
        var found = through(node)
        found.add(sum(of: node.right))
        nodes[Int(place)].sum = found
    }

    /// Depth of the recursions below: that of the tree, about twice the logarithm of its size.
    private mutating func split(_ place: Int32, at key: Key) -> (low: Int32, high: Int32) {
        guard place != Self.none else { return (Self.none, Self.none) }
        let node = nodes[Int(place)]
        if node.key < key {
            let (low, high) = split(node.right, at: key)
            nodes[Int(place)].right = low
            resum(place)
            return (place, high)
        }
        let (low, high) = split(node.left, at: key)
        nodes[Int(place)].left = high
        resum(place)
        return (low, place)
    }

    private mutating func merge(_ low: Int32, _ high: Int32) -> Int32 {
        guard low != Self.none else { return high }
        guard high != Self.none else { return low }
        if nodes[Int(low)].priority > nodes[Int(high)].priority {
            nodes[Int(low)].right = merge(nodes[Int(low)].right, high)
            resum(low)
            return low
        }
        nodes[Int(high)].left = merge(low, nodes[Int(high)].left)
        resum(high)
        return high
    }

    private mutating func removing(_ key: Key, from place: Int32) -> Int32? {
        guard place != Self.none else { return nil }
        let node = nodes[Int(place)]
        if node.key == key {
            free.append(place)
            return merge(node.left, node.right)
        }
        guard let child = removing(key, from: key < node.key ? node.left : node.right) else { return nil }
        if key < node.key { nodes[Int(place)].left = child } else { nodes[Int(place)].right = child }
        resum(place)
        return place
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
