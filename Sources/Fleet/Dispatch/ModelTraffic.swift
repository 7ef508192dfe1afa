import OpenAI
import Routing

/// The traffic of one model: what waits, which worker is next, what was learned. Pure but for the numbers that its
/// generator draws; times are given.
struct ModelTraffic: Sendable {
    private(set) var board = WorkerBoard()
    private var queue: AdmissionQueue
    /// By the id of its entry.
    private var waiting: [String: WaitingChoice] = [:]
    /// What a worker did not finish goes before all that has not begun, by tier and then in the order in which it came.
    private var returned: [WaitingChoice] = []
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

    /// A choice that a worker did not finish.
    mutating func putBack(_ choice: WaitingChoice) {
        returned.insert(choice, at: returned.firstIndex { $0.tier > choice.tier } ?? returned.endIndex)
    }

    /// Nobody waits for it any more.
    mutating func cancel(_ entryID: String, nowMs: Int64) {
        queue.cancel(entryID, nowMs: nowMs)
        waiting[entryID] = nil
        returned.removeAll { $0.entry.id == entryID }
    }

    /// The tokens that an answer is expected to have.
    func expectedTokens(tenant: String, model: String, limit: Int) -> Double {
        lengths.expected(tenant: tenant, model: model, limit: limit)
    }

    /// What serving a request would cost now.
    func work(_ shape: RequestShape) -> Int64 {
        let matches = prefixes.matches(shape.prefixDigests)
        let best = board.pictures(now: .infinity).map { matches[$0.key] }.max() ?? 0
        let cached = min(best * PrefixChain.chunkTokens, shape.promptTokens)
        return weights.work(
            uncachedPromptTokens: shape.promptTokens - cached, cachedPromptTokens: cached,
            outputTokens: Int(shape.expectedOutputTokens))
    }

    /// Why a choice waits.
    func standing(of entryID: String, nowMs: Int64) -> (reason: String, startsInMs: Int64?)? {
        if returned.contains(where: { $0.entry.id == entryID }) {
            return ("its worker was taken away; it goes on with the next that has room", nil)
        }
        guard let (standing, start) = queue.position(of: entryID, nowMs: nowMs) else { return nil }
        return (board.isServing ? standing.reason : "no worker is there for its model", start?.waitMs)
    }

    // MARK: What is next

    mutating func next(now: Double) -> Action? {
        let nowMs = Int64(now * 1000)
        if let late = nextLate(nowMs: nowMs) { return .refuse(late, .waitedTooLong) }
        if let choice = returned.first { return nextReturned(choice, now: now) }
        guard let head = queue.head, var choice = waiting[head.id] else { return nil }
        // Its turn by trickle, before higher tiers that wait, needs no slack: it would hold them all up.
        if QueueTier.allCases.contains(where: { $0 < head.tier && queue.waiting(in: $0).requests > 0 }) {
            choice.shape.needsSlack = false
        }
        switch decide(choice, now: now) {
        case .dispatch(let dispatch):
            guard case .dispatched(let entry)? = queue.next(nowMs: nowMs) else { return nil }
            waiting[entry.id] = nil
            board.sent(choice.shape, dispatch, now: now)
            return .dispatch(choice, dispatch)
        case .wait(.tooLong(let longest)):
            cancel(head.id, nowMs: nowMs)
            return .refuse(choice, .tooLong(choice.shape.promptTokens, longest: longest))
        case .wait: return nil
        }
    }

    private mutating func nextReturned(_ choice: WaitingChoice, now: Double) -> Action? {
        switch decide(choice, now: now) {
        case .dispatch(let dispatch):
            returned.removeFirst()
            board.sent(choice.shape, dispatch, now: now)
            return .dispatch(choice, dispatch)
        case .wait(.tooLong(let longest)):
            returned.removeFirst()
            return .refuse(choice, .tooLong(choice.shape.promptTokens, longest: longest))
        case .wait: return nil
        }
    }

    private mutating func nextLate(nowMs: Int64) -> WaitingChoice? {
        if let place = returned.firstIndex(where: { $0.deadlineMs <= nowMs }) { return returned.remove(at: place) }
        while case .expired(let entry, _)? = queue.nextExpired(nowMs: nowMs) {
            if let choice = waiting.removeValue(forKey: entry.id) { return choice }
        }
        return nil
    }

    private mutating func decide(_ choice: WaitingChoice, now: Double) -> RoutingDecision {
        router.choose(
            choice.shape, among: board.pictures(now: now), prefixes: prefixes, predictor: predictor,
            randomness: &randomness)
    }

    // MARK: Workers

    mutating func arrive(_ member: Int, _ worker: WorkerDescription, _ model: WorkerDescription.Model, now: Double) {
        guard let (key, newKind) = board.arrive(member, kind: worker.kind, model, now: now) else { return }
        if let newKind { predictor.declare(newKind, speed: worker.profile.map(DeclaredSpeed.init)) }
        predictor.forget(key)
        prefixes.reset(key, limit: model.kvTokens / PrefixChain.chunkTokens)
    }

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
        board.landed(at: dispatch.worker.index, result.failure, now: now)
        if let interToken = result.interToken {
            predictor.observe(
                LatencySample(
                    worker: dispatch.worker, kind: dispatch.kind, features: dispatch.features, interToken: interToken,
                    promised: dispatch.prediction))
        }
        guard result.failure == nil else { return }
        lengths.observe(tenant: choice.tenant, model: choice.model, tokens: result.tokens)
        let cached = min(dispatch.matchedTokens, choice.shape.promptTokens)
        let real = weights.work(
            uncachedPromptTokens: choice.shape.promptTokens - cached, cachedPromptTokens: cached,
            outputTokens: result.tokens)
        queue.charge(choice.tenant, in: choice.tier, real - choice.entry.work)
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

    fileprivate static func tooLong(_ tokens: Int, longest: Int) -> APIError {
        .contextLengthExceeded(promptTokens: tokens, maxTokens: nil, limit: longest, promptParam: "messages")
    }
}
