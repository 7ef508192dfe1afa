import OpenAI
import Synchronization

/// One choice of a request while it runs, whatever worker it runs on.
///
/// Workers' events come on their connections' threads. Those of a worker that the choice has left are told apart by
/// the number of the attempt and dropped.
final class ChoiceRun: Sendable {
    /// The request's choice that this is.
    let index: Int
    private let merger: ChoiceMerger
    private let policy = MovePolicy()
    private let state: Mutex<State>

    private struct State {
        var progress: ChoiceProgress
        /// Counts the workers that were asked.
        var attempt = 0
        var member: FleetMember?
        var sequence: (any RemoteSequence)?
        var isCancelled = false
        var isOver = false
        var isReleased = false
        var hasFailed = false
        /// Since the last token: workers lost while they worked on it, and workers asked.
        var losses = 0
        var attempts = 0
        /// The present worker has begun with it.
        var isUnderWay = false
        var moves = 0
        /// Attempts whose `ended` has not come, so that the last word waits for all of them.
        var openAttempts = 0
        var totals = GenerationTotals()

        mutating func add(_ share: GenerationTotals.Share?, of workerID: String) {
            guard let share else { return }
            totals.prefilledTokens += share.prefilledTokens
            totals.generatedTokens += share.generatedTokens
            totals.shares[workerID] = (totals.shares[workerID] ?? GenerationTotals.Share()) + share
        }

        mutating func decide(_ end: SequenceEnd, _ policy: MovePolicy) -> (MovePolicy.Decision, RemoteFailure?) {
            let failure: RemoteFailure =
                switch end {
                case .finished: .broken("it ended the answer without a reason")
                case .failed(.cancelled): .lost("it was given up")
                case .failed(let failure): failure
                }
            switch failure {
            case .lost, .broken: losses += isUnderWay ? 1 : 0
            default: break
            }
            let decision = policy.decide(failure, losses: losses, attempts: attempts)
            if decision == .move { moves += 1 }
            return (decision, failure)
        }
    }

    init(index: Int, request: GenerationRequest, merger: ChoiceMerger) {
        self.index = index
        self.merger = merger
        state = Mutex(State(progress: ChoiceProgress(request)))
    }

    /// What the next worker is asked; nil when nobody waits for it any more.
    var request: GenerationRequest? { state.withLock { $0.isOver || $0.isCancelled ? nil : $0.progress.request } }

    /// Times that it went on elsewhere.
    var moves: Int { state.withLock { $0.moves } }

    /// Tokens of the answer so far.
    var numTokens: Int { state.withLock { $0.progress.tokens.count } }

    /// The client was told that it cannot be served, and with it its request.
    var hasFailed: Bool { state.withLock { $0.hasFailed } }

    // MARK: The way to a worker

    /// Asks a worker to go on with it.
    ///
    /// - Parameter flight: ends when the worker is done with it: without a failure when it is over, or with the one
    ///   after which it waits for another worker.
    func dispatch(_ flight: Flight) {
        let member = flight.member
        let next = state.withLock { state -> (GenerationRequest, Int)? in
            guard !state.isOver, !state.isCancelled else { return nil }
            state.attempt += 1
            state.openAttempts += 1
            state.attempts += 1
            state.isUnderWay = false
            state.member = member
            return (state.progress.request, state.attempt)
        }
        guard let (request, attempt) = next else { return flight.end(nil) }
        let sequence = member.remote.start(request) { [self] event in
            handle(event, of: flight, attempt: attempt)
        }
        let isUnwanted = state.withLock { state in
            guard state.attempt == attempt, !state.isCancelled, !state.isOver else { return true }
            state.sequence = sequence
            return false
        }
        if isUnwanted { sequence.cancel() }
    }

    /// Takes it away from a worker that is lost; `onEnd` hears of it as soon as the connection has ended.
    func leave(_ member: FleetMember) {
        let sequence = state.withLock { $0.member === member ? $0.sequence : nil }
        sequence?.cancel()
    }

    /// Nobody waits for it any more.
    func cancel() {
        let sequence = state.withLock { state in
            state.isCancelled = true
            defer { state.sequence = nil }
            return state.sequence
        }
        sequence?.cancel()
        end()
    }

    /// No worker can be had for it.
    func fail(_ error: APIError) {
        state.withLock { $0.hasFailed = true }
        merger.fail(error)
        cancel()
    }

    // MARK: What comes from a worker

    private func handle(_ event: SequenceEvent, of flight: Flight, attempt: Int) {
        switch event {
        case .progress(let events): relay(events, of: flight, attempt: attempt)
        case .ended(let end, let share): finish(end, share: share, of: flight, attempt: attempt)
        }
    }

    private func relay(_ events: [GenerationEvent], of flight: Flight, attempt: Int) {
        let news = state.withLock { state -> (ChoiceProgress.News, replayed: Int, tokens: Int)? in
            guard state.attempt == attempt, !state.isOver else { return nil }
            let context = state.progress.contextTokens
            let isMoved = state.progress.isStarted
            let before = state.progress.tokens.count
            let news = state.progress.note(events)
            let tokens = state.progress.tokens.count - before
            state.isUnderWay = true
            if tokens > 0 { (state.losses, state.attempts) = (0, 0) }
            if news.isFinished { state.isOver = true }
            return (news, isMoved ? max(0, context - (news.cachedTokens ?? 0)) : 0, tokens)
        }
        guard let (news, replayed, tokens) = news else { return }
        flight.progressed(by: tokens)
        if let cachedTokens = news.cachedTokens {
            flight.replayed(replayed)
            let worker = ServingWorker(id: flight.workerID, pool: flight.member.pool, replayedTokens: replayed)
            merger.send([.served(choice: index, by: worker)])
            if news.isFirstStart { merger.started(index, cachedTokens: cachedTokens) }
        }
        if !news.events.isEmpty { merger.send(news.events.map { $0.of(choice: index) }) }
        if news.isFinished { merger.finished() }
    }

    private func finish(_ end: SequenceEnd, share: GenerationTotals.Share?, of flight: Flight, attempt: Int) {
        let (decision, failure) = state.withLock { state -> (MovePolicy.Decision, RemoteFailure?) in
            state.openAttempts -= 1
            state.add(share, of: flight.workerID)
            guard state.attempt == attempt else { return (.leave, nil) }
            state.sequence = nil
            state.member = nil
            guard !state.isOver, !state.isCancelled else { return (.leave, nil) }
            return state.decide(end, policy)
        }
        switch decision {
        case .move: break
        case .fail(let error): fail(error)
        case .leave: self.end()
        }
        flight.end(decision == .move ? failure : nil)
    }

    /// The last word, once no worker works for it.
    private func end() {
        let totals = state.withLock { state -> GenerationTotals? in
            guard state.openAttempts == 0, state.isOver || state.isCancelled, !state.isReleased else { return nil }
            (state.isOver, state.isReleased) = (true, true)
            return state.totals
        }
        if let totals { merger.released(totals) }
    }
}
