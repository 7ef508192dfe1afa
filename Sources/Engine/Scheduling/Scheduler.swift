/// Decides which tokens run in the next step, and owns the KV bookkeeping that the decision needs.
///
/// Under a token budget: first every decode, then chunks of the prefills that are running, then new
/// sequences from the queue. Inside a priority class it is first come, first served. When KV runs out, the
/// newest running sequence of the lowest class gives up its blocks and is recomputed later; the most urgent
/// sequence can therefore always go on. Pure: no clock, no I/O, no randomness.
package struct Scheduler {
    package struct Limits: Sendable {
        /// Tokens in one step.
        package var batchTokens: Int
        /// Sequences running at once.
        package var sequences: Int

        package init(batchTokens: Int = 512, sequences: Int = 64) {
            self.batchTokens = batchTokens
            self.sequences = sequences
        }
    }

    package let limits: Limits
    package private(set) var cache: KVCache
    /// Both in order of urgency.
    package private(set) var running: [SequenceState] = []
    package private(set) var waiting: [SequenceState] = []

    package init(limits: Limits, cache: KVCache) {
        self.limits = limits
        self.cache = cache
    }

    package var isIdle: Bool { running.isEmpty && waiting.isEmpty }
    /// The longest sequence that fits the KV cache alone.
    package var tokenCapacity: Int { cache.blockCount * cache.blockTokens }

    package mutating func add(_ sequence: SequenceState) { waiting.insertByUrgency(sequence) }

    // MARK: Schedule

    package mutating func schedule() -> StepPlan {
        var plan = StepPlan()
        for sequence in running where sequence.isDecoding { grant(sequence.id, &plan) }
        for sequence in running where !sequence.isDecoding { grant(sequence.id, &plan) }
        // What was just preempted would take its blocks straight back.
        if plan.preempted.isEmpty { admit(&plan) }
        return plan
    }

    /// Gives a running sequence as many of its pending tokens as budget and KV allow.
    private mutating func grant(_ id: SequenceID, _ plan: inout StepPlan) {
        guard let place = running.place(of: id) else { return }  // preempted in this very step
        let sequence = running[place]
        let count = min(sequence.pendingCount, limits.batchTokens - plan.tokenCount)
        let end = sequence.computed + count
        guard count > 0, reserve(id, tokens: end, &plan) else { return }
        let isLast = end == sequence.tokens.count
        plan.entries.append(.init(id: id, range: sequence.computed..<end, isLast: isLast))
    }

    /// Gets the sequence blocks for its first `tokens` tokens, at the cost of less urgent ones.
    private mutating func reserve(_ id: SequenceID, tokens: Int, _ plan: inout StepPlan) -> Bool {
        while let place = running.place(of: id) {
            let missing = cache.blocksNeeded(forTokens: tokens) - running[place].blocks.count
            if missing <= 0 { return true }
            if let blocks = cache.allocate(missing) {
                running[place].blocks += blocks
                return true
            }
            guard let victim = running.last, victim.id != id else { return false }
            preempt(victim, &plan)
        }
        return false
    }

    private mutating func preempt(_ victim: SequenceState, _ plan: inout StepPlan) {
        guard let place = running.place(of: victim.id) else { return }
        var sequence = running.remove(at: place)
        cache.free(sequence.blocks)
        sequence.forgetKV()
        waiting.insertByUrgency(sequence)
        plan.entries.removeAll { $0.id == sequence.id }
        plan.admitted.removeAll { $0.id == sequence.id }
        plan.preempted.append(sequence.id)
    }

    // MARK: Admit

    private mutating func admit(_ plan: inout StepPlan) {
        while plan.tokenCount < limits.batchTokens, let next = waiting.first, let matched = makeRoom(for: next, &plan) {
            var sequence = waiting.removeFirst()
            cache.take(matched)
            sequence.blocks = matched
            sequence.computed = matched.count * cache.blockTokens
            plan.admitted.append(.init(id: sequence.id, cachedTokens: sequence.computed))
            running.insertByUrgency(sequence)
            grant(sequence.id, &plan)
        }
    }

    /// Finds the cached prefix of the head of the queue and checks that all of its tokens fit beside what
    /// runs, with a block of headroom for each running sequence; strictly lower classes give way.
    private mutating func makeRoom(for next: SequenceState, _ plan: inout StepPlan) -> [Int32]? {
        while true {
            let matched = matchPrefix(ofHead: next)
            if isUnderway(next.id, block: matched.count) { return nil }
            let fresh = cache.blocksNeeded(forTokens: next.tokens.count) - matched.count
            let wanted = fresh + cache.unheldCount(of: matched) + (running.isEmpty ? 0 : running.count)
            if running.count < limits.sequences, wanted <= cache.availableCount { return matched }
            guard let victim = running.last, victim.priority > next.priority else { return nil }
            preempt(victim, &plan)
        }
    }

    private mutating func matchPrefix(ofHead next: SequenceState) -> [Int32] {
        // The last token always runs: its logits are what the sequence waits for.
        let full = (next.tokens.count - 1) / cache.blockTokens
        guard let place = waiting.place(of: next.id) else { return [] }
        waiting[place].extendKeys(to: full, blockTokens: cache.blockTokens)
        return cache.match(keys: waiting[place].keys.prefix(full), tokens: next.tokens)
    }

    /// Whether a running sequence is about to compute this very block of the waiting one: a step later it is
    /// a hit, so the same prompt is never computed twice side by side.
    private func isUnderway(_ id: SequenceID, block: Int) -> Bool {
        guard let keys = waiting.first(where: { $0.id == id })?.keys, block < keys.count else { return false }
        return running.contains { other in
            block < other.keys.count && other.keys[block] == keys[block]
                && other.computed < (block + 1) * cache.blockTokens
        }
    }

    // MARK: Commit

    /// Records that the plan's forward pass happened: the blocks that it filled become findable.
    package mutating func commit(_ plan: StepPlan) {
        for entry in plan.entries {
            guard let place = running.place(of: entry.id) else { continue }
            let filled = entry.range.lowerBound / cache.blockTokens..<entry.range.upperBound / cache.blockTokens
            running[place].computed = entry.range.upperBound
            running[place].extendKeys(to: filled.upperBound, blockTokens: cache.blockTokens)
            for number in filled { publish(block: number, of: running[place]) }
        }
    }

    private mutating func publish(block number: Int, of sequence: SequenceState) {
        let start = number * cache.blockTokens
        let tokens = Array(sequence.tokens[start..<start + cache.blockTokens])
        cache.publish(sequence.blocks[number], key: sequence.keys[number], tokens: tokens)
    }

    /// Adds the token that was sampled from a sequence's last logits.
    package mutating func append(_ token: Int32, to id: SequenceID) {
        guard let place = running.place(of: id) else { return }
        running[place].append(token)
    }

    /// Ends a sequence, wherever it is; its full blocks stay findable.
    package mutating func finish(_ id: SequenceID) {
        if let place = running.place(of: id) {
            cache.free(running.remove(at: place).blocks)
        } else if let place = waiting.place(of: id) {
            waiting.remove(at: place)
        }
    }

    package func sequence(_ id: SequenceID) -> SequenceState? {
        running.first { $0.id == id } ?? waiting.first { $0.id == id }
    }

    // MARK: Load

    /// How much work there is, in tokens.
    struct Load {
        /// Of waiting sequences, to be computed.
        var queuedTokens = 0
        /// Of running sequences that do not decode yet, to be computed.
        var prefillTokens = 0
        /// Of running sequences, computed.
        var contextTokens = 0
    }

    var load: Load {
        var load = Load()
        for sequence in waiting { load.queuedTokens += sequence.pendingCount }
        for sequence in running {
            load.contextTokens += sequence.computed
            if !sequence.isDecoding { load.prefillTokens += sequence.pendingCount }
        }
        return load
    }

    // MARK: Integrity

    package func checkIntegrity() throws(IntegrityError) {
        try cache.checkIntegrity(holders: running.map(\.blocks))
    }

    /// Starts over with an empty cache of the same size after a failed check. Only when idle.
    package mutating func resetCache() {
        precondition(isIdle, "the cache holds sequences")
        releaseCache()
    }

    /// Starts over with an empty cache of the same size: what runs waits to be computed again from its tokens.
    package mutating func releaseCache() {
        for sequence in running {
            var sequence = sequence
            sequence.forgetKV()
            waiting.insertByUrgency(sequence)
        }
        running.removeAll()
        cache = KVCache(blockCount: cache.blockCount, blockTokens: cache.blockTokens)
    }
}
