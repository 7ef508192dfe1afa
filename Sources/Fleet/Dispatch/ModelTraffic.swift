import OpenAI
import Routing

/// The traffic of one model: what waits, which worker is next, what was learned. Pure but for the numbers that its
/// generator draws; times are given.
struct ModelTraffic: Sendable {
    private(set) var board = WorkerBoard()
    private var queue: AdmissionQueue
    /// By the id of its entry.
    private var waiting: [String: WaitingChoice] = [:]
    private var returned = ReturnedChoices()
    private var prefixes: PrefixIndex
    private var predictor = LatencyPredictor()
    private var lengths = OutputLengths()
    private var router = Router()
    private let weights = WorkWeights()
    private var randomness: any RandomNumberGenerator & Sendable

    /// What is to be done now.
    enum Action: Sendable {
        case dispatch(WaitingChoice, Dispatch)
        /// It waited too long, or can never run.
        case refuse(WaitingChoice, APIError)
    }

    init(limits: QueueLimits, randomness: any RandomNumberGenerator & Sendable) {
        queue = AdmissionQueue(limits: limits)
        var randomness = randomness
        prefixes = PrefixIndex(seed: randomness.next())
        self.randomness = randomness
        // What waits at the gateway can still go anywhere; a few at the worker hide the way there.
        router.rules.maximumWaiting = 4
    }

    var numWaiting: Int { queue.count + returned.count }

    /// The tokens that what waits is expected to bring.
    var waitingTokens: Double {
        waiting.values.reduce(returned.tokens) { $0 + $1.shape.expectedOutputTokens }
    }

    /// Tokens in a worker's prefix cache.
    func cachedTokens(of member: Int) -> Int {
        WorkerKey(member).map { prefixes.count(of: $0) * PrefixChain.chunkTokens } ?? 0
    }

    // MARK: Choices

    /// Takes every choice of a request, or none.
    /// - Throws: `QueueRefusal` for what cannot be held, or not start in time.
    mutating func submit(_ request: FleetRequest, queueTimeoutMs: Int64, nowMs: Int64) throws(QueueRefusal) {
        let choices = request.choices(in: self, queueTimeoutMs: queueTimeoutMs, nowMs: nowMs)
        for (place, choice) in choices.enumerated() {
            do throws(QueueRefusal) {
                try queue.submit(choice.entry, nowMs: nowMs)
                waiting[choice.entry.id] = choice
            } catch {
                for taken in choices[..<place] { cancel(taken.entry.id, nowMs: nowMs) }
                throw error
            }
        }
    }

    /// A choice that a worker began and did not finish goes before those of its tier that have not begun.
    mutating func putBack(begun choice: WaitingChoice) { returned.insert(choice) }

    /// A choice that no worker began takes its old place, and keeps its deadline.
    mutating func putBack(unbegun choice: WaitingChoice, nowMs: Int64) {
        if queue.putBack(choice.entry, nowMs: nowMs) {
            waiting[choice.entry.id] = choice
        } else {
            returned.insert(choice)
        }
    }

    /// Nobody waits for it any more.
    mutating func cancel(_ entryID: String, nowMs: Int64) {
        queue.cancel(entryID, nowMs: nowMs)
        waiting[entryID] = nil
        returned.remove(entryID)
    }

    /// The tokens that an answer is expected to have.
    func expectedTokens(tenant: String, model: String, limit: Int) -> Double {
        lengths.expected(tenant: tenant, model: model, limit: limit)
    }

    /// What serving a request would cost now.
    func work(_ shape: RequestShape) -> Int64 {
        let matches = prefixes.matches(shape.prefixDigests)
        let best = board.pictures(now: .infinity, holding: 0).map { matches[$0.key] }.max() ?? 0
        let cached = min(best * PrefixChain.chunkTokens, shape.promptTokens)
        return weights.work(
            uncachedPromptTokens: shape.promptTokens - cached, cachedPromptTokens: cached,
            outputTokens: Int(shape.expectedOutputTokens))
    }

    /// Why a choice waits.
    func standing(of entryID: String, nowMs: Int64) -> (reason: String, startsInMs: Int64?)? {
        if returned.contains(entryID) { return ("waiting for a worker that can hold it and has room", nil) }
        guard let (standing, start) = queue.position(of: entryID, nowMs: nowMs) else { return nil }
        return (board.isServing ? standing.reason : "no worker is there for its model", start?.waitMs)
    }

    // MARK: What is next

    mutating func next(now: Double) -> Action? {
        let nowMs = Int64(now * 1000)
        if let late = nextLate(nowMs: nowMs) { return .refuse(late, .waitedTooLong) }
        while true {
            let head = queue.head.flatMap { waiting[$0.id] }
            for choice in returned.candidates(before: head?.tier) {
                if case .dispatch(let dispatch) = decide(choice, now: now) {
                    returned.remove(choice.entry.id)
                    return begin(choice, dispatch, now: now)
                }
            }
            guard let head else { return nil }
            switch decideHead(head, now: now) {
            case .dispatch(let dispatch):
                guard case .dispatched(let entry)? = queue.next(nowMs: nowMs) else { return nil }
                waiting[entry.id] = nil
                var choice = head
                choice.entry = entry
                choice.charged = entry.work
                return begin(choice, dispatch, now: now)
            case .wait:
                guard isBlockedByItself(head, now: now) else { return nil }
                cancel(head.entry.id, nowMs: nowMs)
                guard board.mayHold(head) else { return .refuse(head, .tooLong(head, longest: board.largestContext)) }
                // It would hold up all that could go to the workers that are there.
                returned.insert(head)
            }
        }
    }

    private mutating func begin(_ choice: WaitingChoice, _ dispatch: Dispatch, now: Double) -> Action {
        var choice = choice
        if choice.charged == nil, !choice.run.isStarted {
            queue.charge(choice.tenant, in: choice.tier, choice.entry.work)
            choice.charged = choice.entry.work
        }
        board.sent(choice.entry.id, choice.shape, dispatch, now: now)
        return .dispatch(choice, dispatch)
    }

    private mutating func nextLate(nowMs: Int64) -> WaitingChoice? {
        if let choice = returned.removeLate(nowMs: nowMs) { return choice }
        while case .expired(let entry, _)? = queue.nextExpired(nowMs: nowMs) {
            if let choice = waiting.removeValue(forKey: entry.id) { return choice }
        }
        return nil
    }

    private mutating func decideHead(_ head: WaitingChoice, now: Double) -> RoutingDecision {
        var head = head
        // Its turn by trickle, before higher tiers that wait, needs no slack: it would hold them all up.
        if QueueTier.allCases.contains(where: { $0 < head.tier && queue.waiting(in: $0).requests > 0 }) {
            head.shape.needsSlack = false
        }
        return decide(head, now: now)
    }

    private mutating func decide(_ choice: WaitingChoice, now: Double) -> RoutingDecision {
        router.choose(
            choice.shape, among: board.pictures(now: now, holding: choice.longestTokens), prefixes: prefixes,
            predictor: predictor, randomness: &randomness)
    }

    /// Whether workers are there and none of them could hold the choice, however idle.
    private func isBlockedByItself(_ choice: WaitingChoice, now: Double) -> Bool {
        board.isServing
            && !board.pictures(now: now, holding: choice.longestTokens).contains {
                $0.isServing && ($0.capacity.kvTokens == 0 || choice.shape.promptTokens < $0.capacity.kvTokens)
            }
    }

    // MARK: Workers

    mutating func arrive(_ member: Int, _ worker: WorkerDescription, _ model: WorkerDescription.Model, now: Double) {
        guard let (key, newKind) = board.arrive(member, kind: worker.kind, model, now: now) else { return }
        if let newKind { predictor.declare(newKind, speed: worker.profile.map(DeclaredSpeed.init)) }
        predictor.forget(key)
        prefixes.reset(key, limit: model.kvTokens / PrefixChain.chunkTokens)
    }

    mutating func drain(_ member: Int) { board.drain(member) }

    mutating func leave(_ member: Int) {
        board.leave(member)
        if let key = WorkerKey(member) { prefixes.remove(key) }
    }

    mutating func note(_ report: LoadReport.Model, of member: Int, isDraining: Bool, limit: Int, now: Double) {
        board.note(report.load, of: member, isDraining: isDraining, now: now)
        guard let key = WorkerKey(member) else { return }
        if report.prefixes.isReset { prefixes.reset(key, limit: limit) }
        prefixes.remove(report.prefixes.removed, from: key)
        prefixes.add(report.prefixes.added, to: key)
    }

    // MARK: What was measured

    mutating func firstToken(_ dispatch: Dispatch, after seconds: Double) {
        predictor.observe(
            LatencySample(
                worker: dispatch.worker, kind: dispatch.kind, features: dispatch.features, ttft: seconds,
                promised: dispatch.prediction))
    }

    /// How good predictions were, by kind of worker.
    var quality: [(kind: String, ttft: PredictionQuality, interToken: PredictionQuality)] {
        board.kinds.map { name, kind in
            let quality = predictor.quality(of: kind)
            return (name, quality.ttft, quality.interToken)
        }
    }

    /// A choice has left a worker.
    mutating func landed(_ choice: WaitingChoice, _ dispatch: Dispatch, _ result: Flight.Result, now: Double) {
        board.landed(choice.entry.id, at: dispatch.worker.index, result.end.failure, now: now)
        if let interToken = result.interToken {
            predictor.observe(
                LatencySample(
                    worker: dispatch.worker, kind: dispatch.kind, features: dispatch.features, interToken: interToken,
                    promised: dispatch.prediction))
        }
        if result.end == .finished {
            lengths.observe(tenant: choice.tenant, model: choice.model, tokens: choice.run.numTokens)
        }
        charge(choice, result)
    }

    /// Tenants are charged for what their answers took, and not for what moves made anew.
    private mutating func charge(_ choice: WaitingChoice, _ result: Flight.Result) {
        guard let charged = choice.charged else {
            guard result.tokens > 0 else { return }
            let work = weights.work(uncachedPromptTokens: 0, cachedPromptTokens: 0, outputTokens: result.tokens)
            return queue.charge(choice.tenant, in: choice.tier, work)
        }
        guard let cachedTokens = result.cachedTokens else {
            // Putting it back takes the charge back.
            if case .moved = result.end, choice.entry.sequence >= 0 { return }
            return queue.charge(choice.tenant, in: choice.tier, -charged)
        }
        let cached = min(cachedTokens, choice.shape.promptTokens)
        let real = weights.work(
            uncachedPromptTokens: choice.shape.promptTokens - cached, cachedPromptTokens: cached,
            outputTokens: result.tokens)
        queue.charge(choice.tenant, in: choice.tier, real - charged)
    }
}

extension DeclaredSpeed {
    fileprivate init(_ profile: SpeedProfile) {
        self.init(
            prefillTokensPerSecond: profile.prefillTokensPerSecond, stepSeconds: profile.stepSeconds,
            secondsPerSequence: profile.secondsPerSequence, secondsPerContextToken: profile.secondsPerContextToken)
    }
}

extension APIError {
    fileprivate static let waitedTooLong = APIError.unavailable(
        "No worker had room before the request's time was up; try again.")

    fileprivate static func tooLong(_ choice: WaitingChoice, longest: Int) -> APIError {
        .contextLengthExceeded(
            promptTokens: choice.shape.promptTokens, maxTokens: nil, limit: longest, promptParam: choice.promptParam)
    }
}
