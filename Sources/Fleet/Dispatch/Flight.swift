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
    private let now: @Sendable () -> Double
    private let observer: Observer
    private let times = Mutex(Times())
    /// The hop in the request's trace.
    private let span: any Span

    /// Who is told. Called at most once each, on any thread.
    struct Observer: Sendable {
        /// Seconds from dispatch to the first token.
        var firstToken: @Sendable (Flight, Double) -> Void
        /// The worker began with so many tokens that another one had computed before.
        var replayed: @Sendable (Int) -> Void
        var ended: @Sendable (Flight, Result) -> Void
    }

    /// How a flight ended.
    struct Result: Sendable, Equatable {
        /// Tokens that came.
        var tokens: Int
        /// Seconds from token to token; nil for too few to tell.
        var interToken: Double?
        /// Why the choice goes on elsewhere; nil: it is over.
        var failure: RemoteFailure?
    }

    private struct Times {
        var first: Double?
        var last = 0.0
        /// Tokens until `first`, and all of them.
        var firstTokens = 0
        var tokens = 0
    }

    /// A mean over fewer tokens than these says more of chance than of a worker.
    private static let fewestTokens = 8

    /// - Parameters:
    ///   - context: the place of the request in its trace.
    ///   - now: a monotonic clock in seconds.
    init(
        _ dispatch: Dispatch, to member: FleetMember, context: ServiceContext?,
        now: @escaping @Sendable () -> Double, observer: Observer
    ) {
        self.dispatch = dispatch
        self.member = member
        workerID = member.id
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

    func replayed(_ tokens: Int) { if tokens > 0 { observer.replayed(tokens) } }

    func end(_ failure: RemoteFailure?) {
        let result = times.withLock { times in
            let later = times.tokens - times.firstTokens
            let span = times.last - (times.first ?? times.last)
            return Result(
                tokens: times.tokens, interToken: later >= Self.fewestTokens ? span / Double(later) : nil,
                failure: failure)
        }
        span.attributes["gleaner.tokens"] = result.tokens
        if let failure { span.recordError(failure) }
        span.end()
        observer.ended(self, result)
    }
}
