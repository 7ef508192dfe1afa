import CoreMetrics
import Synchronization

/// Keeps the counters of an engine by name and forgets every other metric.
final class CountingMetrics: MetricsFactory, Sendable {
    private final class Handler: CounterHandler, Sendable {
        let sum = Mutex<Int64>(0)
        func increment(by amount: Int64) { sum.withLock { $0 += amount } }
        func reset() { sum.withLock { $0 = 0 } }
    }

    private let counters = Mutex<[String: Handler]>([:])

    /// What a counter has counted, over all labels; 0 for one that nobody made.
    subscript(label: String) -> Int { counters.withLock { $0[label] }.map { Int($0.sum.withLock { $0 }) } ?? 0 }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counters.withLock { counters in
            let handler = counters[label] ?? Handler()
            counters[label] = handler
            return handler
        }
    }

    private var none: NOOPMetricsHandler { NOOPMetricsHandler.instance }
    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        none.makeMeter(label: label, dimensions: dimensions)
    }
    func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        none.makeFloatingPointCounter(label: label, dimensions: dimensions)
    }
    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        none.makeRecorder(label: label, dimensions: dimensions, aggregate: aggregate)
    }
    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        none.makeTimer(label: label, dimensions: dimensions)
    }
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}
