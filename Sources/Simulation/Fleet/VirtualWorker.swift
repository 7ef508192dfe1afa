import Engine
import Routing

/// A worker without a thread: the engine's own scheduler and KV cache, whose steps take a device's time.
struct VirtualWorker {
    /// What a sequence did in a step.
    struct Progress {
        let request: Int
        /// Prompt tokens that it found cached.
        let cachedTokens: Int
        let isFirst: Bool
        let isLast: Bool
    }

    private struct Job {
        var cachedTokens: Int?
        var generated = 0
        let wanted: Int
    }

    let profile: DeviceProfile
    /// The device's speed now, compared to what it declares.
    var speed: Double
    private(set) var steps = 0
    private var scheduler: Scheduler
    /// The step that is under way.
    private var plan: StepPlan?
    private var jobs: [Int: Job] = [:]
    private var arrivals = 0
    private let root: BlockKey

    init(profile: DeviceProfile, blockTokens: Int) {
        self.profile = profile
        speed = profile.speed
        root = .root(salt: "", fingerprint: "virtual")
        let cache = KVCache(blockCount: max(1, profile.kvTokens / blockTokens), blockTokens: blockTokens)
        scheduler = Scheduler(
            limits: .init(batchTokens: profile.batchTokens, sequences: profile.maximumSequences), cache: cache)
    }

    /// The longest sequence, prompt and answer together.
    var capacity: Int { min(scheduler.tokenCapacity, profile.contextTokens) }
    var isStepping: Bool { plan != nil }
    /// Sequences, running or not.
    var count: Int { jobs.count }
    /// Takes one sequence more.
    var hasRoom: Bool { count < profile.maximumSequences + profile.maximumWaiting }

    /// Queues a request whose prompt leaves room for an answer.
    mutating func add(_ request: TraceRequest, priority: Int) {
        precondition(request.promptTokens < capacity, "the prompt does not fit")
        jobs[request.number] = Job(wanted: min(request.outputTokens, capacity - request.promptTokens))
        arrivals += 1
        scheduler.add(
            SequenceState(
                id: request.number, prompt: request.prompt, priority: priority, arrival: arrivals, root: root))
    }

    /// Begins a step and says how long it takes; nil: there is nothing to do.
    mutating func begin() -> Double? {
        guard !scheduler.isIdle else { return nil }
        let plan = scheduler.schedule()
        self.plan = plan
        for admission in plan.admitted where jobs[admission.id]?.cachedTokens == nil {
            jobs[admission.id]?.cachedTokens = admission.cachedTokens
        }
        var shape = StepShape()
        for entry in plan.entries { shape.add(tokens: entry.range.count, end: entry.range.upperBound) }
        defer { steps += 1 }
        return profile.seconds(for: shape, step: steps) * profile.speed / speed
    }

    /// Ends the step; answers which sequences have a token more.
    mutating func end() -> [Progress] {
        guard let plan else { return [] }
        self.plan = nil
        scheduler.commit(plan)
        var progress: [Progress] = []
        progress.reserveCapacity(plan.entries.count)
        for entry in plan.entries where entry.isLast {
            if let step = advance(entry.id) { progress.append(step) }
        }
        return progress
    }

    private mutating func advance(_ id: SequenceID) -> Progress? {
        guard var job = jobs[id] else { return nil }
        job.generated += 1
        let isLast = job.generated == job.wanted
        let progress = Progress(
            request: id, cachedTokens: job.cachedTokens ?? 0, isFirst: job.generated == 1, isLast: isLast)
        if isLast {
            jobs[id] = nil
            scheduler.finish(id)
        } else {
            jobs[id] = job
            // No other sequence has tokens like these, so an answer is never somebody else's prefix.
            scheduler.append(Int32(truncatingIfNeeded: ~id), to: id)
        }
        return progress
    }

    /// What the worker reports.
    var load: WorkerPicture.Load {
        let (running, waiting) = (scheduler.running, scheduler.waiting)
        var pending = waiting.reduce(0) { $0 + $1.pendingCount }
        var context = 0
        for sequence in running {
            context += sequence.computed
            if !sequence.isDecoding { pending += sequence.pendingCount }
        }
        return WorkerPicture.Load(
            running: running.count, waiting: waiting.count,
            kvUsage: Double(scheduler.cache.inUseCount) / Double(scheduler.cache.blockCount),
            pendingPrefillTokens: pending, contextTokens: context, steps: steps)
    }
}
