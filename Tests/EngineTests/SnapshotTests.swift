import CoreMetrics
import Engine
import Models
import Testing
import Tokenizers

/// What an engine says of its load between steps.
@Suite(.timeLimit(.minutes(10))) struct SnapshotTests {
    private func engine(
        blocks: Int = 256, batch: Int = 512, sequences: Int = 64, willRun: @escaping @Sendable (RaggedBatch) -> Void
    ) throws -> Engine {
        var configuration = EngineConfiguration()
        configuration.limits = .init(batchTokens: batch, sequences: sequences)
        let backend = HashBackend(blockCount: blocks) { batch throws(BackendError) in willRun(batch) }
        return Engine(
            name: "hash", backend: backend, tokenizer: try .bytes(), configuration: configuration,
            metrics: NOOPMetricsHandler.instance)
    }

    private func request(_ number: Int, length: Int) -> EngineRequest {
        var request = EngineRequest(prompt: (0..<length).map { Int32(($0 + number) % 256) })
        request.maxTokens = 2
        return request
    }

    @Test func snapshotsTellTheLoad() async throws {
        let gate = Turnstile()
        let engine = try engine(blocks: 10, sequences: 1) { gate.pass($0) }
        let collectors = (0..<2).map { _ in Collector() }
        _ = try engine.submit([request(0, length: 33), request(1, length: 33)]) { collectors[$0].handle($1) }
        _ = await gate.next()
        gate.open()
        _ = await gate.next()
        #expect(engine.snapshot.running == 1 && engine.snapshot.waiting == 1 && engine.snapshot.cacheUsage == 0.3)
        #expect(engine.snapshot.contextTokens == 33 && engine.snapshot.pendingPrefillTokens == 33)
        gate.open()
        for _ in 0..<2 {
            _ = await gate.next()
            gate.open()
        }
        _ = await collectors[1].end()
        await engine.stop()
        #expect(engine.snapshot.running == 0 && engine.snapshot.cacheUsage == 0 && engine.snapshot.steps == 4)
        #expect(engine.snapshot.contextTokens == 0 && engine.snapshot.pendingPrefillTokens == 0)
    }

    /// A long prompt is pending until its last chunk has run.
    @Test func snapshotsTellHowFarPrefillsAre() async throws {
        let gate = Turnstile()
        let engine = try engine(batch: 16) { gate.pass($0) }
        let collector = Collector()
        _ = try engine.submit(request(1, length: 40)) { collector.handle($0) }
        for (context, pending) in [(0, 0), (16, 24), (32, 8), (40, 0)] {
            _ = await gate.next()
            #expect(engine.snapshot.contextTokens == context && engine.snapshot.pendingPrefillTokens == pending)
            gate.open()
        }
        #expect(await collector.end().generatedTokens == 2)
        await engine.stop()
    }
}
