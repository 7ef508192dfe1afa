import CoreMetrics
import Engine
import Foundation
import Models
import Synchronization
import Testing
import Tokenizers

/// Who runs where: computing gives way, telling does not.
@Suite struct EngineThreadTests {
    /// The niceness of the threads that step and that deliver.
    private final class Nicenesses: Sendable {
        private let seen = Mutex((steps: Set<Int32>(), events: Set<Int32>()))
        var steps: Set<Int32> { seen.withLock { $0.steps } }
        var events: Set<Int32> { seen.withLock { $0.events } }
        func step() { _ = seen.withLock { $0.steps.insert(niceness()) } }
        func event() { _ = seen.withLock { $0.events.insert(niceness()) } }
    }

    /// A thread that a waking reader starts inherits the waker's niceness, so events may not come from a thread
    /// that gives way.
    @Test func stepsGiveWayAndEventsDoNot() async throws {
        let seen = Nicenesses()
        let (engine, before) = try start { _ in seen.step() }
        let collector = Collector()
        var request = EngineRequest(prompt: [1, 2, 3])
        request.maxTokens = 5
        _ = try engine.submit(request) {
            seen.event()
            collector.handle($0)
        }
        #expect(await collector.end().generatedTokens == 5)
        await engine.stop()
        #expect(seen.steps == [min(before + 5, 19)])
        #expect(seen.events == [before])
    }

    /// An engine, and the niceness of the thread that made it.
    private func start(willRun: @escaping @Sendable (RaggedBatch) -> Void) throws -> (Engine, Int32) {
        let engine = Engine(
            name: "hash", backend: HashBackend(willRun: { batch throws(BackendError) in willRun(batch) }),
            tokenizer: try .bytes(), metrics: NOOPMetricsHandler.instance)
        return (engine, niceness())
    }

    /// Events keep their order and none is lost, though their reader is slower than the engine, and a stopped
    /// engine has told everything before `stop()` returns.
    @Test func aSlowReaderHoldsUpNothingAndMissesNothing() async throws {
        let (engine, _) = try start { _ in }
        let (slow, release) = (Collector(), BlockingQueue())
        var request = EngineRequest(prompt: [1, 2, 3])
        request.maxTokens = 50
        let expected = try await engine.answer(request)
        let before = engine.snapshot.steps
        let isFirst = Atomic(true)
        _ = try engine.submit(request) { event in
            if isFirst.exchange(false, ordering: .relaxed) { release.take() }
            slow.handle(event)
        }
        // The reader has not taken its first event, and the engine is through with the request nevertheless.
        while engine.snapshot.steps < before + 50 || engine.snapshot.running > 0 { await Task.yield() }
        #expect(slow.soFar == Answer())
        release.put()
        await engine.stop()
        #expect(slow.soFar == expected && expected.tokens.count == 50)
    }
}

/// The calling thread's.
private func niceness() -> Int32 { getpriority(Int32(PRIO_PROCESS.rawValue), 0) }
