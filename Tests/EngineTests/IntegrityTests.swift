import CoreMetrics
import Engine
import Models
import Synchronization
import Testing
import Tokenizers

/// What becomes of an engine whose KV books are wrong.
@Suite(.timeLimit(.minutes(10))) struct IntegrityTests {
    private static let prompt = (0..<100).map { Int32($0) }
    private static let blocks = 8

    private static var request: EngineRequest {
        var request = EngineRequest(prompt: prompt)
        request.maxTokens = blocks * 16 - prompt.count
        return request
    }

    /// Books in which two blocks are held by nobody, and the prompt's first two blocks are said to be cached,
    /// which the backend has never computed.
    private static func brokenBooks() -> KVCache {
        var cache = KVCache(blockCount: blocks, blockTokens: 16)
        let cached = cache.allocate(2) ?? []
        var key = BlockKey.root(salt: "", fingerprint: "hash")
        for (number, block) in cached.enumerated() {
            let tokens = prompt[number * 16..<(number + 1) * 16]
            key = key.child(tokens)
            cache.publish(block, key: key, tokens: Array(tokens))
        }
        cache.free(cached)
        _ = cache.allocate(2)
        #expect(throws: IntegrityError.self) { try cache.checkIntegrity(holders: []) }
        return cache
    }

    private func engine(cache: KVCache? = nil, counts: CountingFactory = .init()) throws -> Engine {
        Engine(
            name: "hash", backend: HashBackend(blockCount: Self.blocks), tokenizer: try .bytes(), cache: cache,
            metrics: counts)
    }

    /// The check of an idle engine finds the fault, says so, and the cache starts over: nothing of the old books
    /// is found, every block can be used again, and the next check holds.
    @Test func afterAFailedCheckTheCacheStartsOver() async throws {
        let counts = CountingFactory()
        let expected = try await engine().answer(Self.request)
        let engine = try engine(cache: Self.brokenBooks(), counts: counts)
        // The first rest fails its check; the request needs all the blocks that there are.
        while counts["gleaner:kv_integrity_failures_total"] == 0 { await Task.yield() }
        let answer = try await engine.answer(Self.request)
        #expect(answer == expected && answer.cachedTokens == 0 && answer.generatedTokens == 28)
        while engine.snapshot.integrityChecks == 0 { await Task.yield() }
        #expect(counts["gleaner:kv_integrity_failures_total"] == 1)
        // And the new books serve as a prefix cache.
        #expect(try await engine.answer(Self.request).cachedTokens == 96)
        await engine.stop()
    }
}
