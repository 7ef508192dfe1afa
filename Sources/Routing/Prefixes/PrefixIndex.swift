/// Which workers have which prefixes cached.
///
/// A digest has a row of bits, one a worker, so that a prompt is matched against all workers in one walk over its
/// digests. Memory is bounded: a worker keeps its most recently used digests only, whatever it claims.
package struct PrefixIndex: Sendable {
    private var table: DigestTable
    /// Rows of `width` words each.
    private var rows: [UInt64] = []
    private var width = 1
    private var freeRows: [Int32] = []
    private var workers: [RecentDigests?] = []
    private let seed: UInt64

    /// - Parameter seed: makes the places of digests unforeseeable; answers do not depend on it.
    package init(seed: UInt64 = 0) {
        self.seed = seed
        table = DigestTable(seed: seed)
    }

    /// Digests that any worker has.
    package var count: Int { table.count }

    package func count(of worker: WorkerKey) -> Int {
        worker.index < workers.count ? workers[worker.index]?.count ?? 0 : 0
    }

    /// Forgets what a worker has.
    /// - Parameter limit: digests of it to be kept from now on: its KV tokens by the tokens of a chunk.
    package mutating func reset(_ worker: WorkerKey, limit: Int) {
        makeRoom(for: worker)
        for digest in workers[worker.index]?.all ?? [] { clear(digest, worker) }
        workers[worker.index] = RecentDigests(limit: limit, seed: seed)
    }

    /// Forgets a worker.
    package mutating func remove(_ worker: WorkerKey) {
        guard worker.index < workers.count else { return }
        for digest in workers[worker.index]?.all ?? [] { clear(digest, worker) }
        workers[worker.index] = nil
    }

    /// A worker has these cached, or has just used them. Nothing happens to one that was never `reset`.
    package mutating func add(_ digests: some Sequence<UInt64>, to worker: WorkerKey) {
        guard worker.index < workers.count else { return }
        for digest in digests {
            guard let use = workers[worker.index]?.use(digest) else { return }
            if let forgotten = use.forgotten { clear(forgotten, worker) }
            if use.isNew { set(digest, worker) }
        }
    }

    /// A worker has these no longer.
    package mutating func remove(_ digests: some Sequence<UInt64>, from worker: WorkerKey) {
        guard worker.index < workers.count else { return }
        for digest in digests where workers[worker.index]?.remove(digest) == true { clear(digest, worker) }
    }

    /// How many of the digests, from the first on, each worker has.
    package func matches(_ digests: [UInt64]) -> PrefixMatches {
        var matches = PrefixMatches(workers: workers.count)
        guard let first = digests.first, let row = table[first] else { return matches }
        var alive = Array(rows[Int(row) * width..<(Int(row) + 1) * width])
        for (depth, digest) in digests.enumerated().dropFirst() {
            if narrow(&alive, to: digest, depth, &matches) { return matches }
        }
        for word in alive.indices { matches.set(digests.count, word: word, bits: alive[word]) }
        return matches
    }

    /// Drops the workers that have not `digest`: they match `depth` chunks. Answers whether none is left.
    private func narrow(
        _ alive: inout [UInt64], to digest: UInt64, _ depth: Int, _ matches: inout PrefixMatches
    ) -> Bool {
        let row = table[digest].map { Int($0) * width }
        var left: UInt64 = 0
        for word in alive.indices where alive[word] != 0 {
            let kept = row.map { alive[word] & rows[$0 + word] } ?? 0
            if kept != alive[word] { matches.set(depth, word: word, bits: alive[word] & ~kept) }
            alive[word] = kept
            left |= kept
        }
        return left == 0
    }

    private mutating func set(_ digest: UInt64, _ worker: WorkerKey) {
        let row = table[digest] ?? newRow(for: digest)
        rows[Int(row) * width + worker.index / 64] |= 1 << UInt64(worker.index % 64)
    }

    private mutating func clear(_ digest: UInt64, _ worker: WorkerKey) {
        guard let row = table[digest] else { return }
        let start = Int(row) * width
        rows[start + worker.index / 64] &= ~(1 << UInt64(worker.index % 64))
        guard rows[start..<start + width].allSatisfy({ $0 == 0 }) else { return }
        _ = table.remove(digest)
        freeRows.append(row)
    }

    private mutating func newRow(for digest: UInt64) -> Int32 {
        let row = freeRows.popLast() ?? Int32(rows.count / width)
        if Int(row) * width == rows.count { rows.append(contentsOf: repeatElement(0, count: width)) }
        table.insert(row, for: digest)
        return row
    }

    private mutating func makeRoom(for worker: WorkerKey) {
        while workers.count <= worker.index { workers.append(nil) }
        let wider = worker.index / 64 + 1
        guard wider > width else { return }
        var widened = Array(repeating: UInt64(0), count: rows.count / width * wider)
        for word in rows.indices { widened[word / width * wider + word % width] = rows[word] }
        rows = widened
        width = wider
    }
}

/// How many chunks of a prompt each worker has cached.
package struct PrefixMatches: Sendable {
    private var chunks: [Int32]

    init(workers: Int = 0) { chunks = Array(repeating: 0, count: workers) }

    package subscript(worker: WorkerKey) -> Int { worker.index < chunks.count ? Int(chunks[worker.index]) : 0 }

    mutating func set(_ count: Int, word: Int, bits: UInt64) {
        var bits = bits
        while bits != 0 {
            chunks[word * 64 + bits.trailingZeroBitCount] = Int32(clamping: count)
            bits &= bits - 1
        }
    }
}
