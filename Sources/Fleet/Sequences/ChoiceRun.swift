import OpenAI
import Synchronization

/// One choice of a request while it runs, whatever worker it runs on.
///
/// Workers' events come on their connections' threads. Those of a worker that the choice has left are told apart by
/// the number of the attempt and dropped.
final class ChoiceRun: Sendable {
    /// The request's choice that this is.
    let index: Int
    private let model: String
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
        /// What the client was told instead of an answer.
        var verdict: APIError?
        /// Workers lost since the last token while they worked on it.
        var losses = 0
        /// The present worker has begun with it.
        var isUnderWay = false
        /// How the present worker was asked to take it up.
        var began = Beginning.first
        var moves = 0
        /// Attempts whose `ended` has not come, so that the last word waits for all of them.
        var openAttempts = 0
        var totals = GenerationTotals()

        mutating func add(_ share: GenerationTotals.Share?, of workerID: String) {
            guard let share else { return }
            totals.prefilledTokens = totals.prefilledTokens.saturatingSum(share.prefilledTokens)
            totals.generatedTokens = totals.generatedTokens.saturatingSum(share.generatedTokens)
            totals.shares[workerID] = (totals.shares[workerID] ?? GenerationTotals.Share()) + share
        }

        mutating func decide(_ end: SequenceEnd, _ policy: MovePolicy) -> Flight.End {
            let failure: RemoteFailure =
                switch end {
                case .finished: .broken("it ended the answer without a reason")
                case .failed(.cancelled): .lost("it said nothing for too long")
                case .failed(let failure): failure
                }
            switch failure {
            case .lost, .broken: losses += isUnderWay ? 1 : 0
            default: break
            }
            switch policy.decide(failure, losses: losses) {
            case .move:
                moves += progress.isStarted ? 1 : 0
                return .moved(failure)
            case .fail(let error):
                verdict = error
                return .failed(failure)
            }
        }
    }

    init(index: Int, request: GenerationRequest, merger: ChoiceMerger) {
        self.index = index
        model = request.model
        self.merger = merger
        state = Mutex(State(progress: ChoiceProgress(request)))
    }

    /// What the next worker is asked; nil when nobody waits for it any more.
    var request: GenerationRequest? { state.withLock { $0.isOver || $0.isCancelled ? nil : $0.progress.request } }

    /// Times that it went on elsewhere.
    var moves: Int { state.withLock { $0.moves } }

    /// Tokens of the answer so far.
    var numTokens: Int { state.withLock { $0.progress.numTokens } }

    /// Prompt and answer so far, in tokens, about.
    var contextTokens: Int { state.withLock { $0.progress.contextTokens } }

    /// A worker began with it.
    var isStarted: Bool { state.withLock { $0.progress.isStarted } }

    /// The client was told that it cannot be served, and with it its request.
    var hasFailed: Bool { state.withLock { $0.verdict != nil } }

    // MARK: The way to a worker

    /// Asks a worker to go on with it.
    ///
    /// - Parameter flight: ends when the worker is done with it.
    func dispatch(_ flight: Flight) {
        let member = flight.member
        let resumesExactly = member.known.description?.resumesExactly == true
        let next = state.withLock { state -> (ChoiceProgress.Start, Int)? in
            guard !state.isOver, !state.isCancelled else { return nil }
            state.attempt += 1
            state.openAttempts += 1
            state.isUnderWay = false
            state.member = member
            let start = state.progress.start(resumesExactly: resumesExactly)
            if case .request(_, let began) = start { state.began = began } else { state.began = .text }
            return (start, state.attempt)
        }
        guard let (start, attempt) = next else { return flight.end(.left) }
        let sequence = begin(start, flight, attempt: attempt)
        let isUnwanted = state.withLock { state in
            guard state.attempt == attempt, !state.isCancelled, !state.isOver else { return true }
            state.sequence = sequence
            return false
        }
        if isUnwanted { sequence.cancel() }
    }

    private func begin(_ start: ChoiceProgress.Start, _ flight: Flight, attempt: Int) -> any RemoteSequence {
        let remote = flight.member.remote
        let deliver: @Sendable (SequenceEvent) -> Void = { [self] event in
            handle(event, of: flight, attempt: attempt)
        }
        switch start {
        case .request(let request, _): return remote.start(request, deliver: deliver)
        case .full: return FullSequence(deliver: deliver)
        case .text(let text):
            return TextSequence(text, of: model, at: remote, deliver: deliver) { [self] tokens in
                adopt(tokens, flight.member, attempt: attempt)
            }
        }
    }

    /// The worker has read the text so far.
    private func adopt(_ tokens: [Int32], _ member: FleetMember, attempt: Int) -> TextSequence.Next {
        let contextLength = member.known.model(model)?.card.contextLength
        return state.withLock { state in
            guard state.attempt == attempt, !state.isCancelled, !state.isOver else { return .left }
            return state.progress.adopt(tokens, contextLength: contextLength).map { .request($0) } ?? .full
        }
    }

    /// Takes it away from a worker that is lost; its flight ends as soon as the connection has ended.
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
        state.withLock { $0.verdict = error }
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
        let news = state.withLock { state -> (ChoiceProgress.News, ServingWorker?, tokens: Int)? in
            guard state.attempt == attempt, !state.isOver else { return nil }
            let context = state.progress.contextTokens
            let isMoved = state.progress.isStarted
            let before = state.progress.numTokens
            let news = state.progress.note(events)
            let tokens = state.progress.numTokens - before
            state.isUnderWay = true
            if tokens > 0 { state.losses = 0 }
            if news.isFinished { state.isOver = true }
            let worker = news.cachedTokens.map { cachedTokens in
                ServingWorker(
                    id: flight.workerID, pool: flight.member.pool,
                    replayedTokens: isMoved ? max(0, context - cachedTokens) : 0, began: state.began)
            }
            return (news, worker, tokens)
        }
        guard let (news, worker, tokens) = news else { return }
        flight.progressed(by: tokens)
        if let worker, let cachedTokens = news.cachedTokens {
            flight.started(cachedTokens: cachedTokens, worker)
            merger.send([.served(choice: index, by: worker)])
            if news.isFirstStart { merger.started(index, cachedTokens: cachedTokens) }
        }
        // Workers speak of choice 0.
        if !news.events.isEmpty { merger.send(index == 0 ? news.events : news.events.map { $0.of(choice: index) }) }
        if news.isFinished { merger.finished() }
        if news.endsEarly { leave(flight.member) }
    }

    private func finish(_ end: SequenceEnd, share: GenerationTotals.Share?, of flight: Flight, attempt: Int) {
        let (result, verdict) = state.withLock { state -> (Flight.End, APIError?) in
            state.openAttempts -= 1
            state.add(share, of: flight.workerID)
            guard state.attempt == attempt else { return (.left, nil) }
            state.sequence = nil
            state.member = nil
            if state.progress.isFinished { return (.finished, nil) }
            guard !state.isOver, !state.isCancelled else { return (.left, nil) }
            return (state.decide(end, policy), state.verdict)
        }
        switch result {
        case .moved: break
        case .failed: fail(verdict ?? .internalFailure)
        case .finished, .left: self.end()
        }
        flight.end(result)
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
