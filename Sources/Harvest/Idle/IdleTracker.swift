/// Since when how many accelerators of each node have been free of the owner's requests.
///
/// Which of a node's accelerators a pod gets is not ours to know, so spells are counted by level: the n-th has been free
/// since the node last had n free ones. What is taken is taken from the level that was free for the shortest time.
package struct IdleTracker: Sendable {
    package struct Key: Sendable, Hashable {
        package let node: String
        package let resource: String

        package init(node: String, resource: String) {
            self.node = node
            self.resource = resource
        }
    }

    /// Beginnings, ascending.
    private var since: [Key: [Int64]] = [:]

    package init() {}

    package var keys: some Collection<Key> { since.keys }

    /// - Parameter free: allocatable minus the owner's requests; below 0 counts as 0.
    /// - Returns: the beginnings of the spells that ended now.
    package mutating func observe(_ key: Key, free: Int, nowMs: Int64) -> [Int64] {
        let known = since[key] ?? []
        // No node has more; a false report must not cost memory.
        let free = max(0, min(free, Self.mostDevices))
        guard known.count != free || known.last.map({ $0 > nowMs }) ?? false else { return [] }
        // A clock that was set back makes no spell that begins in the future.
        var kept = known.prefix(free).map { min($0, nowMs) }
        kept += repeatElement(nowMs, count: free - kept.count)
        since[key] = kept
        return Array(known.dropFirst(free))
    }

    private static let mostDevices = 1024

    /// - Returns: the beginnings of the spells whose end will not be seen.
    package mutating func forget(_ key: Key) -> [Int64] { since.removeValue(forKey: key) ?? [] }

    /// How many have been free for at least `forMs`.
    package func numIdle(_ key: Key, forMs: Int64, nowMs: Int64) -> Int {
        (since[key] ?? []).prefix { $0 <= nowMs - forMs }.count
    }

    /// Since when at least this many are free; nil when fewer are.
    package func sinceMs(_ key: Key, level: Int) -> Int64? {
        guard let known = since[key], known.indices.contains(level - 1) else { return nil }
        return known[level - 1]
    }

    /// The beginnings of the spells that go on.
    package func open(_ key: Key) -> [Int64] { since[key] ?? [] }
}
