import OpenAI
import Routing
import Tracing

/// A request with its choices, on its way to the queue.
struct FleetRequest: Sendable {
    let request: GenerationRequest
    let tier: QueueTier
    let runs: [ChoiceRun]
    private let context = ServiceContext.current
    /// Of each prompt: its tokens, and the names of its prefixes.
    private let prompts: [(tokens: Int, digests: [UInt64])]

    /// - Parameters:
    ///   - priority: an engine's: lower is served first.
    ///   - runs: the choices, those of the first prompt first.
    init(_ request: GenerationRequest, prompts: [[Int32]], priority: Int, runs: [ChoiceRun]) {
        self.request = request
        tier = QueueTier(priority: priority)
        self.runs = runs
        let chain = PrefixChain(salt: request.cacheSalt)
        self.prompts = prompts.map { ($0.count, chain.digests(of: $0)) }
    }

    /// Whether no choice waits or runs.
    var isOver: Bool { runs.allSatisfy { $0.request == nil } }

    /// Each choice as it enters the queue.
    func choices(in traffic: ModelTraffic, queueTimeoutMs: Int64, nowMs: Int64) -> [WaitingChoice] {
        runs.map { run in
            let shape = shape(of: run, traffic)
            let deadlineMs = nowMs + limitMs(queueTimeoutMs)
            let entry = QueueEntry(
                id: "\(request.id)#\(run.index)", tenant: request.tenant, tier: tier, work: traffic.work(shape),
                arrivalMs: nowMs, deadlineMs: deadlineMs)
            return WaitingChoice(
                run: run, requestID: request.id, tenant: request.tenant, model: request.model, tier: tier,
                context: context, longestTokens: shape.promptTokens + (run.request?.maxTokens ?? 0),
                expectedTokens: shape.expectedOutputTokens, promptParam: request.prompt.param, shape: shape,
                entry: entry, deadlineMs: deadlineMs)
        }
    }

    private func shape(of run: ChoiceRun, _ traffic: ModelTraffic) -> RequestShape {
        let prompt = prompts[run.index / request.n]
        return RequestShape(
            promptTokens: prompt.tokens, prefixDigests: prompt.digests,
            expectedOutputTokens: traffic.expectedTokens(
                tenant: request.tenant, model: request.model, limit: request.maxTokens ?? .max),
            objectives: Routing.Objectives(
                ttft: request.objectives.timeToFirstToken, interToken: request.objectives.interToken),
            tier: tier.routing)
    }

    /// What the client allows, but no longer than the operator does.
    private func limitMs(_ queueTimeoutMs: Int64) -> Int64 {
        let longest = queueTimeoutMs * tier.patience
        guard let limit = request.objectives.queueLimit, limit >= 0 else { return longest }
        return min(longest, Int64(min(limit, 1e6) * 1000))
    }
}

extension WaitingChoice {
    /// The same choice behind what was relayed of it; nil: it has not begun, and takes its old place, or nobody waits for
    /// it any more.
    func again(nowMs: Int64, queueTimeoutMs: Int64) -> WaitingChoice? {
        guard run.isStarted, let next = run.request, case .tokens(let prompts) = next.prompt, let prompt = prompts.first
        else { return nil }
        var choice = self
        let tokens = prompt + next.resumed
        choice.shape.promptTokens = run.contextTokens
        choice.shape.prefixDigests = PrefixChain(salt: next.cacheSalt).digests(of: tokens)
        choice.shape.expectedOutputTokens = max(expectedTokens - Double(run.numTokens), 1)
        // It was let in once, and holds up what is behind it.
        choice.shape.needsSlack = false
        choice.charged = nil
        choice.deadlineMs = nowMs + queueTimeoutMs
        return choice
    }
}
