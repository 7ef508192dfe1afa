import HTTPTypes
import Logging
import OpenAI
import Synchronization
import WebServer

/// One sequence of a connection that several share: what it brings until its last news are out.
final class SharedSequence: Sendable {
    let number: UInt32

    private struct State {
        var news: SequenceNewsWriter
        var started: GenerationStart.Started?
        var slot: RunningRequests.Slot?
        /// The gateway was told that it was taken.
        var isAccepted = false
        var isCancelled = false
        var failure: APIError?
        /// Its stream has ended, and what the worker says of its work.
        var last: GenerationTotals??
        var isOver = false
    }

    /// What comes after a look at it.
    enum Next {
        case waiting
        /// Its stream has ended: the worker's last word on it is due.
        case lastWord(GenerationStream)
        /// Its last news were written.
        case over
    }

    private let state: Mutex<State>
    private let name: String
    private let span: RequestSpan
    private let start = ContinuousClock.now
    private let logger: Logger

    init(_ start: SequenceStart, logger: Logger) {
        number = start.sequence
        name = start.name
        span = RequestSpan(sequence: start.name, fields: start.trace)
        self.logger = logger
        state = Mutex(State(news: SequenceNewsWriter(sequence: start.sequence, hasLogprobs: false)))
    }

    // MARK: Its way

    /// Brings it to the engine.
    ///
    /// - Parameter hasNews: is called whenever there is something to write.
    func begin(
        _ start: SequenceStart, with starts: GenerationStart, _ running: RunningRequests,
        hasNews: @escaping @Sendable () -> Void
    ) async {
        do {
            let slot = try running.admit()
            let id = Endpoint.completions.idPrefix + RequestID.randomHex(bytes: 16)
            let request = try GenerationRequest(start, id: id)
            let started = try await span.run { try await starts.start(request, in: slot) }
            let isCancelled = state.withLock { state in
                state.news = SequenceNewsWriter(sequence: number, hasLogprobs: request.topLogprobs != nil)
                (state.started, state.slot) = (started, slot)
                return state.isCancelled
            }
            if isCancelled { started.stream.cancel() }
            started.stream.listen(hasNews)
        } catch {
            let error = (GenerationFailure.forClient(error, logger: logger) as? APIError) ?? .internalFailure
            fail(error)
        }
        hasNews()
    }

    /// It cannot be served.
    func fail(_ error: APIError) { state.withLock { $0.failure = error } }

    /// Nobody waits for it any more.
    func cancel() {
        let stream = state.withLock { state in
            state.isCancelled = true
            return state.started?.stream
        }
        stream?.cancel()
    }

    /// What the worker did for it; nil: it did not say.
    func finish(_ totals: GenerationTotals?) { state.withLock { $0.last = .some(totals) } }

    // MARK: What it brings

    /// Writes all that came of it.
    func write(to frames: inout NewsFrames) -> Next {
        state.withLock { state in
            guard !state.isOver else { return .waiting }
            if let error = state.failure { return end(error, &state, &frames) }
            if state.isCancelled { return end(nil, &state, &frames) }
            guard let stream = state.started?.stream else { return .waiting }
            if !state.isAccepted {
                state.isAccepted = true
                frames.append(SequenceNews(sequence: number, event: .accepted))
            }
            do throws(APIError) { return try write(stream, &state, &frames) } catch {
                stream.cancel()
                return end(error, &state, &frames)
            }
        }
    }

    private func write(
        _ stream: GenerationStream, _ state: inout State, _ frames: inout NewsFrames
    ) throws(APIError) -> Next {
        if let totals = state.last {
            try frames.appendEnd(totals, with: state.news)
            return over(200, &state)
        }
        while true {
            switch stream.take() {
            case .nothing: return .waiting
            case .events(let events):
                for event in events { try frames.append(event, with: &state.news) }
                state.started?.prefixes.note(events)
            case .end: return .lastWord(stream)
            case .failed(let error):
                throw GenerationFailure.forClient(error, logger: logger) as? APIError ?? .internalFailure
            }
        }
    }

    /// - Parameter error: nil: it was cancelled.
    private func end(_ error: APIError?, _ state: inout State, _ frames: inout NewsFrames) -> Next {
        if let error {
            frames.append(SequenceNews(sequence: number, event: .failed(SequenceNews.Failure(error))))
        } else {
            frames.append(SequenceNews(sequence: number, event: .done(completionTokens: 0, share: nil)))
        }
        return over(error?.status ?? HTTPResponse.Status.clientClosedRequest.code, &state)
    }

    private func over(_ status: Int, _ state: inout State) -> Next {
        state.isOver = true
        state.started?.prefixes.end()
        span.end(method: "POST", route: SequenceProtocol.path, status: status)
        let milliseconds = ((ContinuousClock.now - start) / .milliseconds(1)).rounded()
        logger.info(
            "sequence \(status)",
            metadata: ["request": "\(name)", "status": "\(status)", "ms": "\(milliseconds)"])
        return .over
    }

    /// Gives its place back.
    func release() {
        let (stream, slot) = state.withLock { state in
            defer { (state.started, state.slot, state.isOver) = (nil, nil, true) }
            return (state.started?.stream, state.slot)
        }
        stream?.cancel()
        withExtendedLifetime(slot) {}
    }
}
