package import CoreMetrics
import Dispatch
import Foundation
package import Logging
package import Models
import Synchronization
package import Tokenizers

/// What an engine may use.
package struct EngineConfiguration: Sendable {
    package var limits = Scheduler.Limits()
    /// Requests that may wait; one more is refused.
    package var waitingLimit = 256
    /// Shortens the model's own context; nil keeps it.
    package var contextLimit: Int?

    package init() {}
}

/// The last snapshot of an engine, readable from any thread at any time.
final class EngineSnapshotBox: Sendable {
    private let value = Mutex(EngineSnapshot())
    func store(_ snapshot: EngineSnapshot) { value.withLock { $0 = snapshot } }
    func load() -> EngineSnapshot { value.withLock { $0 } }
}

/// One model on one device behind a thread that computes and one that tells of it; any task may submit requests.
package final class Engine: Sendable {
    package let spec: ModelSpec
    /// The longest sequence, prompt and answer together.
    package let contextTokens: Int
    /// Tokens that the KV cache holds.
    package let kvTokens: Int
    package let configuration: EngineConfiguration
    let tokenizer: Tokenizer
    let gate: EngineGate
    private let published = EngineSnapshotBox()
    private let counted = EngineTotals()
    let now: @Sendable () -> Double
    private let ended = DispatchGroup()

    /// Starts the engine's threads.
    ///
    /// - Parameters:
    ///   - name: the model's name in metrics.
    ///   - cache: the books of the KV cache to begin with, for tests of what happens when they are wrong; nil: empty.
    ///   - now: a monotonic clock in seconds.
    package init(
        name: String, backend: sending any Backend, tokenizer: Tokenizer, configuration: EngineConfiguration = .init(),
        cache: KVCache? = nil, metrics factory: any MetricsFactory, log: Logger = Logger(label: "gleaner.engine"),
        now: @escaping @Sendable () -> Double = Engine.monotonicSeconds
    ) {
        spec = backend.spec
        kvTokens = backend.blockCount * backend.blockTokens
        contextTokens = min(configuration.contextLimit ?? .max, backend.spec.contextLength, kvTokens)
        self.configuration = configuration
        self.tokenizer = tokenizer
        gate = EngineGate(waitingLimit: configuration.waitingLimit)
        self.now = now
        let metrics = EngineMetrics(
            model: name, blockTokens: backend.blockTokens, blockCount: backend.blockCount, totals: counted,
            factory: factory)
        let cache = cache ?? KVCache(blockCount: backend.blockCount, blockTokens: backend.blockTokens)
        let relay = EventRelay()
        let loop = EngineLoop(
            backend: backend, scheduler: Scheduler(limits: configuration.limits, cache: cache), gate: gate,
            relay: relay, published: published, metrics: metrics, log: log, now: now)
        start(loop, relay)
    }

    /// The relay's thread ends after the loop's, when the last event is delivered.
    private func start(_ loop: sending EngineLoop, _ relay: EventRelay) {
        let hand = Handoff(loop)
        let ended = ended
        ended.enter()
        start("gleaner-events") {
            relay.run()
            ended.leave()
        }
        start("gleaner-engine") { hand.take().run() }
    }

    private func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit { gate.stop() }

    package static let monotonicSeconds: @Sendable () -> Double = {
        Double(DispatchTime.now().uptimeNanoseconds) * 1e-9
    }

    package var snapshot: EngineSnapshot { published.load() }

    /// The tokens of all requests since the start, those that are running included; once every request is
    /// released, the sum of what they were told.
    package var totals: TokenTotals { counted.now }

    /// Checks a request and queues it. Its events come in order, on a thread of the engine's.
    ///
    /// - Throws: `EngineError` when it cannot be served: bad tokens or parameters, a prompt that leaves no room
    ///   for an answer, a full queue, an engine that stops.
    package func submit(
        _ request: EngineRequest, deliver: @escaping EngineEventHandler
    ) throws(EngineError) -> EngineTicket {
        try submit([request]) { _, event in deliver(event) }
    }

    /// Checks requests and queues all of them or none.
    ///
    /// - Parameter deliver: takes the place of a request in `requests` and its event; called in order, on a thread
    ///   of the engine's.
    package func submit(
        _ requests: [EngineRequest], deliver: @escaping @Sendable (Int, EngineEvent) -> Void
    ) throws(EngineError) -> EngineTicket {
        var orders: [EngineGate.Order] = []
        for request in requests { orders.append(try order(request)) }
        return EngineTicket(ids: try gate.submit(orders, time: now(), deliver: deliver), gate: gate)
    }

    /// Throws what makes the request one that this engine could never serve, whatever its load.
    package func check(_ request: EngineRequest) throws(EngineError) { _ = try order(request) }

    /// Ends every request with `stopping`, at the next layer boundary, and waits for the threads to end.
    package func stop() async {
        gate.stop()
        await withCheckedContinuation { continuation in
            ended.notify(queue: .global()) { continuation.resume() }
        }
    }
}

/// Carries the loop, which belongs to one thread, from the thread that made it to the one that runs it.
private final class Handoff: @unchecked Sendable {
    private var loop: EngineLoop?
    init(_ loop: sending EngineLoop) { self.loop = loop }
    func take() -> EngineLoop {
        guard let loop else { preconditionFailure("the loop was taken twice") }
        self.loop = nil
        return loop
    }
}
