import CoreMetrics
import Logging
import Models
import Synchronization

/// The engine's thread: schedule → forward → sample → commit, until it is told to stop.
/// Everything here belongs to that thread but the gate and the published snapshot.
final class EngineLoop {
    private let backend: any Backend
    private let gate: EngineGate
    private let relay: EventRelay
    private let published: EngineSnapshotBox
    private let metrics: EngineMetrics
    private let log: Logger
    private let now: @Sendable () -> Double
    private var scheduler: Scheduler
    private var generations: [SequenceID: Generation] = [:]
    private var sampler = Sampler()
    private let logits: Logits
    private var snapshot = EngineSnapshot()
    /// The backend's memory is with the system.
    private var isReleased = false

    init(
        backend: any Backend, scheduler: Scheduler, gate: EngineGate, relay: EventRelay,
        published: EngineSnapshotBox, metrics: EngineMetrics, log: Logger, now: @escaping @Sendable () -> Double
    ) {
        self.backend = backend
        self.scheduler = scheduler
        self.gate = gate
        self.relay = relay
        self.published = published
        self.metrics = metrics
        self.log = log
        self.now = now
        logits = Logits(vocabularySize: backend.spec.vocabularySize)
    }

    func run() {
        ComputePriority.yieldThisThread()
        defer { relay.close() }
        while true {
            for command in gate.take() { obey(command) }
            if gate.isStopping { return stop() }
            expireQueue()
            if gate.pause.isWanted { stand() } else if scheduler.isIdle { rest() } else { step() }
        }
    }

    // MARK: Commands

    private func obey(_ command: EngineGate.Command) {
        switch command {
        case .submit(let submission): take(submission)
        case .cancel(let ids):
            for id in ids { release(id) }
        }
    }

    private func take(_ submission: EngineGate.Submission) {
        let generation = Generation(submission, relay: relay)
        generations[generation.id] = generation
        if let reason = generation.finishAtOnce() {
            metrics.finishedAtOnce(reason)
            release(generation.id)
        } else {
            scheduler.add(sequence(for: generation))
        }
    }

    private func sequence(for generation: Generation) -> SequenceState {
        let request = generation.request
        return SequenceState(
            id: generation.id, prompt: request.prompt, resumed: request.resumed, priority: request.priority,
            arrival: generation.id, root: .root(salt: request.salt, fingerprint: backend.fingerprint))
    }

    private func expireQueue() {
        guard !scheduler.waiting.isEmpty else { return }
        let time = now()
        for generation in queued where time > generation.queueDeadline {
            end(generation.id, with: .deadline(seconds: generation.request.queueLimitSeconds))
        }
    }

    /// Those who have not started yet; who waits in the middle of an answer is not among them.
    private var queued: [Generation] {
        scheduler.waiting.compactMap { generations[$0.id] }.filter { $0.started == nil }
    }

    private func end(_ id: SequenceID, with error: EngineError) {
        generations[id]?.fail(error)
        release(id)
    }

    /// Lets a request go, wherever it is, and tells its last event. One that has gone already is left alone.
    private func release(_ id: SequenceID) {
        guard let generation = generations.removeValue(forKey: id) else { return }
        scheduler.finish(id)
        generation.release()
    }

    private func stop() {
        // What came between the last look and the closing of the gate is owed its events too.
        for command in gate.take() { obey(command) }
        for id in generations.keys.sorted() { end(id, with: .stopping) }
        publish()
    }

    /// Nothing to do: the moment at which the books must balance.
    private func rest() {
        do {
            try scheduler.checkIntegrity()
            snapshot.integrityChecks += 1
        } catch {
            log.critical("\(error); the prefix cache starts over")
            metrics.integrityFailed()
            scheduler.resetCache()
        }
        publish()
        gate.wait()
    }

    // MARK: Pause

    /// The device is its owner's: nothing computes, and requests wait.
    private func stand() {
        snapshot.isPaused = true
        publish()
        gate.confirmIdle(at: now())
        if gate.pause.releasesMemory {
            if !isReleased { release() }
            // Who reads the numbers while we stand sees no sequence that runs.
            publish()
            gate.confirmMemory(at: now())
        }
        gate.wait(seconds: queued.map(\.queueDeadline).min().map { $0 - now() })
        snapshot.isPaused = gate.pause.isWanted
    }

    private func release() {
        scheduler.releaseCache()
        backend.releaseMemory()
        logits.release()
        isReleased = true
    }

    /// False: there is no step to run now.
    private func restore() -> Bool {
        guard isReleased else { return true }
        let begin = now()
        do {
            try backend.restoreMemory(shouldAbandon: { gate.holdsSteps })
        } catch .abandoned {
            return false  // the loop's next round sees why
        } catch {
            log.critical("The memory that was given back cannot be had again", metadata: ["reason": "\(error)"])
            for id in generations.keys.sorted() { end(id, with: .failed(error.description)) }
            return false
        }
        isReleased = false
        log.notice("The model is in memory again", metadata: ["seconds": "\(now() - begin)"])
        return true
    }

    // MARK: Step

    private func step() {
        guard restore() else { return publish() }
        let begin = now()
        let plan = scheduler.schedule()
        for admission in plan.admitted { start(admission) }
        if !plan.preempted.isEmpty { metrics.preempted(plan.preempted.count) }
        relay.flush()  // who has started, and who will not, need not wait for the step
        do {
            try backend.forward(batch(plan), into: logits, shouldAbandon: { gate.holdsSteps })
            conclude(plan)
        } catch .abandoned {
            return  // nothing was committed, and the loop's next round sees why
        } catch {
            log.critical("A step failed", metadata: ["reason": "\(error)", "sequences": "\(plan.entries.map(\.id))"])
            for entry in plan.entries { end(entry.id, with: .failed(error.description)) }
        }
        measure(tokens: plan.tokenCount, seconds: now() - begin)
        publish()
    }

    private func start(_ admission: StepPlan.Admission) {
        guard let generation = generations[admission.id], generation.started == nil else { return }
        let time = now()
        generation.start(cachedTokens: admission.cachedTokens, now: time)
        metrics.started(generation, cachedTokens: admission.cachedTokens, now: time)
    }

    private func batch(_ plan: StepPlan) -> RaggedBatch {
        RaggedBatch(
            slices: plan.entries.compactMap { entry in
                guard let sequence = scheduler.sequence(entry.id) else { return nil }
                return SequenceSlice(
                    tokens: Array(sequence.tokens[entry.range]), position: entry.range.lowerBound,
                    blocks: sequence.blocks, logits: entry.isLast ? .last : .none)
            })
    }

    /// Chooses the next token of each sequence that the step took to its end, and keeps what the step computed. Who is
    /// wanted away meanwhile leaves the rest of the rows, whose tokens run again.
    private func conclude(_ plan: StepPlan) {
        var plan = plan
        var choices: [(Generation, Sampler.Choice)] = []
        var left: Set<SequenceID> = []
        for (row, entry) in plan.entries.filter(\.isLast).enumerated() {
            guard let generation = generations[entry.id] else { continue }
            if gate.holdsSteps {
                left.insert(entry.id)
            } else {
                choices.append((generation, sample(row, entry, generation)))
            }
        }
        plan.withdrawLast(of: left)
        scheduler.commit(plan)
        for (generation, choice) in choices { accept(choice, generation) }
    }

    private func sample(_ row: Int, _ entry: StepPlan.Entry, _ generation: Generation) -> Sampler.Choice {
        sampler.sample(
            UnsafeBufferPointer(logits.row(row)), generation.request.sampling, counts: generation.counts,
            position: entry.range.upperBound)
    }

    private func accept(_ choice: Sampler.Choice, _ generation: Generation) {
        let time = now()
        metrics.token(generation, now: time)
        generation.firstToken = generation.firstToken ?? time
        generation.lastToken = time
        if let reason = generation.accept(choice) {
            metrics.finished(generation, reason: reason, now: time)
            release(generation.id)
        } else {
            scheduler.append(choice.token, to: generation.id)
        }
    }

    // MARK: Reports

    private func measure(tokens: Int, seconds: Double) {
        snapshot.steps += 1
        guard seconds > 0 else { return }
        let speed = Double(tokens) / seconds
        snapshot.tokensPerSecond += (snapshot.tokensPerSecond == 0 ? 1 : 0.1) * (speed - snapshot.tokensPerSecond)
    }

    /// Whoever is told that something happened finds it in the metrics.
    private func publish() {
        snapshot.running = scheduler.running.count
        snapshot.waiting = scheduler.waiting.count
        snapshot.cacheUsage = Double(scheduler.cache.inUseCount) / Double(scheduler.cache.blockCount)
        let load = scheduler.load
        snapshot.pendingPrefillTokens = load.queuedTokens + load.prefillTokens
        snapshot.contextTokens = load.contextTokens
        published.store(snapshot)
        metrics.observe(snapshot)
        let wait = snapshot.retryAfterSeconds(queuedTokens: load.queuedTokens)
        gate.report(waiting: queued.count, retryAfterSeconds: wait)
        relay.flush()
    }
}
