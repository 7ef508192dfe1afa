import Routing

/// One run of a `FairnessBenchmark`.
struct FairnessRun {
    private struct Job {
        let tenant: Int
        let request: TraceRequest
        let estimate: Int64
    }

    private let benchmark: FairnessBenchmark
    private let order: FairnessBenchmark.Order
    private let weights = WorkWeights()
    private var queue = FairQueue()
    private var lengths = OutputLengths()
    private var worker: VirtualWorker
    private var jobs: [Job] = []
    private var drawn = 0
    private var now = 0.0
    private var outcome: FairnessBenchmark.Result

    init(_ benchmark: FairnessBenchmark, _ order: FairnessBenchmark.Order) {
        self.benchmark = benchmark
        self.order = order
        worker = VirtualWorker(profile: benchmark.device, blockTokens: 16)
        let seconds = Array(repeating: 0.0, count: benchmark.tenants)
        outcome = FairnessBenchmark.Result(work: Array(repeating: seconds, count: Int(benchmark.seconds)))
    }

    mutating func result() -> FairnessBenchmark.Result {
        for _ in 0..<benchmark.backlog { for tenant in 0..<benchmark.tenants { send(tenant) } }
        while now < benchmark.seconds {
            dispatch()
            guard let step = worker.begin() else { break }
            now += step
            for progress in worker.end() { account(progress) }
        }
        return outcome
    }

    // MARK: Requests

    private mutating func send(_ tenant: Int) {
        let size = tenant < benchmark.tenants / 2 ? 1 : benchmark.ratio
        let prompt = draw(benchmark.promptTokens * size)
        let number = jobs.count
        let blocks = (prompt + TraceRequest.blockTokens - 1) / TraceRequest.blockTokens
        var request = TraceRequest(
            arrival: now, promptTokens: prompt, outputTokens: draw(benchmark.outputTokens * size),
            blocks: (0..<UInt64(blocks)).map { UInt64(number) << 24 | $0 })
        request.number = number
        let expected = lengths.expected(tenant: "\(tenant)", model: "", limit: .max)
        let estimate = weights.work(
            uncachedPromptTokens: prompt, cachedPromptTokens: 0, outputTokens: Int(expected))
        jobs.append(Job(tenant: tenant, request: request, estimate: estimate))
        queue.enqueue(
            QueueEntry(
                id: "\(number)", tenant: order == .fair ? "\(tenant)" : "", tier: .standard, work: estimate,
                arrivalMs: Int64(now * 1000), deadlineMs: .max))
    }

    /// About as many.
    private mutating func draw(_ mean: Int) -> Int {
        drawn += 1
        return max(1, Int(Double(mean) * (0.8 + 0.4 * SplitMix.uniform(seed: Int(benchmark.seed), place: drawn))))
    }

    /// Gives the worker what it has places for; each tenant sends another request for one that goes.
    private mutating func dispatch() {
        while worker.count < benchmark.device.maximumSequences + Self.waiting,
            case .dispatched(let entry) = queue.next(nowMs: Int64(now * 1000)), let number = Int(entry.id)
        {
            worker.add(jobs[number].request, priority: 0)
            send(jobs[number].tenant)
        }
    }

    /// Requests that wait at the worker, as a gateway lets them.
    private static let waiting = 4

    // MARK: Accounts

    private mutating func account(_ progress: VirtualWorker.Progress) {
        let job = jobs[progress.request]
        let second = Int(now)
        if second < outcome.work.count {
            let prompt = progress.isFirst ? Double(weights.uncachedPrompt) * Double(job.request.promptTokens) : 0
            outcome.work[second][job.tenant] += (prompt + Double(weights.output)) / Double(WorkWeights.unit)
        }
        guard progress.isLast else { return }
        outcome.finished += 1
        settle(job)
    }

    /// The truth is charged when it is known, as gateways do.
    private mutating func settle(_ job: Job) {
        lengths.observe(tenant: "\(job.tenant)", model: "", tokens: job.request.outputTokens)
        let real = weights.work(
            uncachedPromptTokens: job.request.promptTokens, cachedPromptTokens: 0,
            outputTokens: job.request.outputTokens)
        queue.charge(order == .fair ? "\(job.tenant)" : "", in: .standard, real - job.estimate)
    }
}
