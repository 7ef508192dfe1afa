import OpenAI
import Routing
import Synchronization
import Tracing

/// One choice at one worker, from dispatch to end: what it takes is measured here.
final class Flight: Sendable {
    /// What was decided, and what was expected of it.
    let dispatch: Dispatch
    let member: FleetMember
    /// The worker's name when the choice was sent to it; one that is started again has another.
    let workerID: String
    private let began: Double
    private let meter: TokenMeter
    private let now: @Sendable () -> Double
    private let observer: Observer
    private let times = Mutex(Times())
    /// The hop in the request's trace.
    private let span: any Span

    /// Who is told. Called at most once each, on any thread.
    struct Observer: Sendable {
        /// Seconds from dispatch to the first token.
        var firstToken: @Sendable (Flight, Double) -> Void
        /// The worker began.
        var started: @Sendable (ServingWorker) -> Void
        var ended: @Sendable (Flight, Result) -> Void
    }

    /// What a flight brought.
    struct Result: Sendable, Equatable {
        var end: End
        /// Tokens that came.
        var tokens: Int
        /// Seconds from token to token; nil for too few to tell.
        var interToken: Double?
        /// Prompt tokens that the worker had cached, by its own word; nil: it did not begin.
        var cachedTokens: Int?
    }

    /// How a flight ended.
    enum End: Sendable, Equatable {
        /// The answer is complete.
        case finished
        /// Nobody waits for it any more.
        case left
        /// The choice goes on elsewhere.
        case moved(RemoteFailure)
        /// The client was told that it cannot be served.
        case failed(RemoteFailure)

        var failure: RemoteFailure? {
            switch self {
            case .finished, .left: nil
            case .moved(let failure), .failed(let failure): failure
            }
        }
    }

    private struct Times {
        var first: Double?
        var last = 0.0
        /// Tokens until `first`, and all of them.
        var firstTokens = 0
        var tokens = 0
        var cachedTokens: Int?
    }

    /// A mean over fewer tokens than these says more of chance than of a worker.
    private static let fewestTokens = 8
    /// A worker that says nothing is given up after these multiples of what was expected at worst, and not before so many
    /// seconds.
    private static let firstTokenPatience = (multiple: 20.0, least: 120.0)
    private static let interTokenPatience = (multiple: 100.0, least: 20.0)

    /// - Parameters:
    ///   - meter: counts what comes.
    ///   - context: the place of the request in its trace.
    ///   - now: a monotonic clock in seconds.
    init(
        _ dispatch: Dispatch, to member: FleetMember, _ meter: TokenMeter, context: ServiceContext?,
        now: @escaping @Sendable () -> Double, observer: Observer
    ) {
        self.dispatch = dispatch
        self.member = member
        workerID = member.id
        self.meter = meter
        self.now = now
        self.observer = observer
        began = now()
        span = InstrumentationSystem.tracer.startSpan("sequence", context: context ?? .topLevel, ofKind: .client)
        span.attributes["gleaner.worker"] = workerID
        span.attributes["gleaner.dispatch.reason"] = dispatch.reason.rawValue
    }

    /// Sends the choice off; what is asked of the worker becomes part of the trace.
    func begin(_ run: ChoiceRun) {
        ServiceContext.$current.withValue(span.context) { run.dispatch(self) }
    }

    /// Tokens came.
    func progressed(by tokens: Int) {
        guard tokens > 0 else { return }
        meter.generated(tokens)
        let time = now()
        let isFirst = times.withLock { times in
            times.tokens += tokens
            times.last = time
            guard times.first == nil else { return false }
            times.first = time
            times.firstTokens = tokens
            return true
        }
        if isFirst { observer.firstToken(self, time - began) }
    }

    /// The worker began.
    /// - Parameter cachedTokens: of the prompt, by its own word.
    func started(cachedTokens: Int, _ worker: ServingWorker) {
        times.withLock { $0.cachedTokens = cachedTokens }
        observer.started(worker)
    }

    /// Whether the worker has said nothing of the choice for so long that it is better off elsewhere.
    func isStalled(now: Double) -> Bool {
        let (last, isFirst) = times.withLock { ($0.first == nil ? began : $0.last, $0.first == nil) }
        let patience = isFirst ? Self.firstTokenPatience : Self.interTokenPatience
        let expected = isFirst ? dispatch.prediction.ttft.p99 : dispatch.prediction.interToken.p99
        return now - last > max(patience.least, patience.multiple * expected)
    }

    func end(_ end: End) {
        let result = times.withLock { times in
            let later = times.tokens - times.firstTokens
            let span = times.last - (times.first ?? times.last)
            return Result(
                end: end, tokens: times.tokens, interToken: later >= Self.fewestTokens ? span / Double(later) : nil,
                cachedTokens: times.cachedTokens)
        }
        span.attributes["gleaner.tokens"] = result.tokens
        if let failure = end.failure { span.recordError(failure) }
        span.end()
        observer.ended(self, result)
    }
}
