import CoreMetrics
import Engine
import Foundation
import Models
import Synchronization
import TestSupport
import Testing
import Tokenizers

@Suite struct EngineTests {
    private func engine(
        blocks: Int = 256, batch: Int = 512, sequences: Int = 64, waiting: Int = 256, context: Int = 4096,
        clock: FakeClock? = nil,
        willRun: @escaping @Sendable (RaggedBatch) throws(BackendError) -> Void = { _ throws(BackendError) in }
    ) throws -> Engine {
        var configuration = EngineConfiguration()
        configuration.limits = .init(batchTokens: batch, sequences: sequences)
        configuration.waitingLimit = waiting
        let now: @Sendable () -> Double = if let clock { { clock.seconds } } else { Engine.monotonicSeconds }
        let backend = HashBackend(blockCount: blocks, contextLength: context, willRun: willRun)
        return Engine(
            name: "hash", backend: backend, tokenizer: try .bytes(), configuration: configuration,
            metrics: NOOPMetricsHandler.instance, now: now)
    }

    private func request(_ seed: UInt64, length: Int = 40, tokens: Int = 24) -> EngineRequest {
        var random = SeededGenerator(seed: seed)
        var request = EngineRequest(prompt: (0..<length).map { _ in .random(in: 0..<256, using: &random) })
        request.maxTokens = tokens
        request.sampling.seed = seed
        request.sampling.topP = 0.9
        return request
    }

    // MARK: The same tokens, whatever happens around a request

    @Test func aRequestIsTheSameAloneBatchedChunkedCachedAndPreempted() async throws {
        let requests = (0..<32).map { request($0, length: 20 + Int($0) * 3) }
        let alone = try await answers(requests, on: engine(), together: false)
        #expect(Set(alone.map(\.tokens)).count == requests.count)
        #expect(try await answers(requests, on: engine(), together: true) == alone, "batched with 31 others")
        #expect(try await answers(requests, on: engine(batch: 7), together: true) == alone, "in chunks of 7")
        #expect(try await answers(requests, on: engine(blocks: 14), together: true) == alone, "preempted")
    }

    private func answers(_ requests: [EngineRequest], on engine: Engine, together: Bool) async throws -> [Answer] {
        let collectors = requests.map { _ in Collector() }
        if together { _ = try engine.submit(requests) { collectors[$0].handle($1) } }
        var answers: [Answer] = []
        for (request, collector) in zip(requests, collectors) {
            answers.append(together ? await collector.end() : try await engine.answer(request))
        }
        await engine.stop()
        return answers
    }

    @Test func aSmallCacheDoesPreempt() async throws {
        let steps = Mutex<[RaggedBatch]>([])
        let engine = try engine(blocks: 14) { batch in steps.withLock { $0.append(batch) } }
        let requests = (0..<32).map { request($0, length: 20 + Int($0) * 3) }
        _ = try await answers(requests, on: engine, together: true)
        let prefilled = steps.withLock { $0.flatMap(\.slices).count { $0.position == 0 } }
        #expect(prefilled > requests.count, "somebody began twice")
    }

    @Test func aPrefixHitChangesNothingButTheWork() async throws {
        let ran = Mutex(0)
        let engine = try engine { batch in ran.withLock { $0 += batch.tokenCount } }
        let first = try await engine.answer(request(1, length: 100))
        let cold = ran.withLock { $0 }
        var second = try await engine.answer(request(1, length: 100))
        #expect(first.cachedTokens == 0 && second.cachedTokens == 96)
        #expect(ran.withLock { $0 } - cold == cold - 96)
        second.cachedTokens = 0
        #expect(second == first)
    }

    @Test func prefixesAreNotSharedAcrossSalts() async throws {
        let engine = try engine()
        var request = request(1, length: 64)
        request.salt = "tenant a"
        _ = try await engine.answer(request)
        #expect(try await engine.answer(request).cachedTokens == 48)
        request.salt = "tenant b"
        #expect(try await engine.answer(request).cachedTokens == 0)
    }

    // MARK: Ends

    @Test func endsAtStopTokenStopTextMaxTokensAndContext() async throws {
        let engine = try engine(context: 64)
        let free = try await engine.answer(request(3, length: 40, tokens: 20))
        #expect(free.reason == .length && free.generatedTokens == 20 && free.tokens.count == 20)

        var stopped = request(3, length: 40, tokens: 20)
        stopped.stopTokens = [free.tokens[7]]
        let place = try #require(free.tokens.firstIndex(of: free.tokens[7]))
        let atToken = try await engine.answer(stopped)
        #expect(atToken.reason == .stop && atToken.tokens == Array(free.tokens[..<place]))
        #expect(atToken.generatedTokens == place + 1)

        let middle = free.text.index(free.text.startIndex, offsetBy: free.text.count / 2)
        let word = String(free.text[middle...].prefix(3))
        var worded = request(3, length: 40, tokens: 20)
        worded.stops = [word]
        let atText = try await engine.answer(worded)
        let before = try #require(free.text.range(of: word))
        #expect(atText.reason == .stop && atText.text == String(free.text[..<before.lowerBound]))

        var endless = request(3, length: 40)
        endless.maxTokens = nil
        let atContext = try await engine.answer(endless)
        #expect(atContext.reason == .length && atContext.generatedTokens == 24)
    }

    @Test func refusesWhatItCannotServe() throws {
        let engine = try engine(blocks: 4, context: 4096)
        func refuses(_ error: EngineError, _ change: (inout EngineRequest) -> Void) {
            var request = EngineRequest(prompt: [1])
            change(&request)
            #expect(throws: error) { try engine.submit(request) { _ in } }
        }
        refuses(.emptyPrompt) { $0.prompt = [] }
        refuses(.token(256, vocabularySize: 256)) { $0.prompt = [1, 256] }
        refuses(.token(-1, vocabularySize: 256)) { $0.prompt = [-1] }
        let full = Array(repeating: TokenID(1), count: 64)
        refuses(.contextOverflow(promptTokens: 64, maxTokens: nil, contextTokens: 64)) { $0.prompt = full }
        refuses(.contextOverflow(promptTokens: 1, maxTokens: 64, contextTokens: 64)) { $0.maxTokens = 64 }
        refuses(.parameter("max_tokens", "0", "1 or more")) { $0.maxTokens = 0 }
        refuses(.parameter("logit_bias", "for token 256", "for tokens 0 ..< 256")) {
            $0.sampling.logitBias = [255: 1, 256: 1, 300: 1]
        }
        #expect(throws: EngineError.self) {
            var request = EngineRequest(prompt: [1])
            request.sampling.temperature = .nan
            _ = try engine.submit(request) { _ in }
        }
    }

    // MARK: Queue, cancellation, stop

    private final class FakeClock: Sendable {
        private let time = Mutex(0.0)
        var seconds: Double { time.withLock { $0 } }
        func advance(by seconds: Double) { time.withLock { $0 += seconds } }
    }

    @Test func aCancelledRequestCostsNothingFromTheNextStepOn() async throws {
        let gate = Turnstile()
        let engine = try engine { batch in gate.pass(batch) }
        let (leaving, staying) = (Collector(), Collector())
        let ticket = try engine.submit(request(1, tokens: 50)) { leaving.handle($0) }
        var batch = try #require(await gate.next())
        _ = try engine.submit(request(2, tokens: 3)) { staying.handle($0) }
        gate.open()
        batch = try #require(await gate.next())
        #expect(batch.slices.count == 2)
        ticket.cancel()
        gate.open()
        for _ in 0..<2 {
            batch = try #require(await gate.next())
            #expect(batch.slices.count == 1, "only the one that stayed")
            gate.open()
        }
        #expect(await staying.end().tokens.count == 3)
        #expect(leaving.soFar.reason == nil && leaving.soFar.tokens.count == 2)
        await engine.stop()
    }

    @Test func aFullQueueIsRefusedWithATimeToComeBack() async throws {
        let gate = Turnstile()
        let engine = try engine(sequences: 1, waiting: 2) { batch in gate.pass(batch) }
        let collectors = (0..<3).map { _ in Collector() }
        _ = try engine.submit(request(0, tokens: 1)) { collectors[0].handle($0) }
        _ = await gate.next()
        // The first runs; the books of the gate are updated after its step, so it still counts as waiting.
        _ = try engine.submit(request(1, tokens: 1)) { collectors[1].handle($0) }
        do {
            _ = try engine.submit(request(2, tokens: 1)) { collectors[2].handle($0) }
            Issue.record("the queue took one too many")
        } catch {
            guard case EngineError.overloaded(let waiting, let seconds) = error else { throw error }
            #expect(waiting == 2 && seconds >= 1)
        }
        gate.open()
        _ = await collectors[0].end()
        _ = try engine.submit(request(2, tokens: 1)) { collectors[2].handle($0) }
        for _ in 0..<2 {
            _ = await gate.next()
            gate.open()
        }
        #expect(await collectors[1].end().reason == .length)
        #expect(await collectors[2].end().reason == .length)
    }

    @Test func aQueuedRequestEndsAtItsDeadline() async throws {
        let clock = FakeClock()
        let gate = Turnstile()
        let engine = try engine(sequences: 1, clock: clock) { batch in gate.pass(batch) }
        let (running, queued) = (Collector(), Collector())
        _ = try engine.submit(request(0, tokens: 2)) { running.handle($0) }
        _ = await gate.next()
        var late = request(1)
        late.queueLimitSeconds = 30
        _ = try engine.submit(late) { queued.handle($0) }
        clock.advance(by: 31)
        gate.open()
        _ = await gate.next()
        #expect(await queued.end().error == .deadline(seconds: 30))
        gate.open()
        #expect(await running.end().reason == .length)
    }

    @Test func stoppingAbandonsTheStepAndTellsEverybody() async throws {
        let gate = Turnstile()
        let engine = try engine(sequences: 1) { batch in gate.pass(batch) }
        let collectors = (0..<2).map { _ in Collector() }
        for (seed, collector) in collectors.enumerated() {
            _ = try engine.submit(request(UInt64(seed))) { collector.handle($0) }
        }
        _ = await gate.next()
        async let stopped: Void = engine.stop()
        // `stop` has closed the gate once a submission is refused.
        while (try? engine.submit(request(9), deliver: { _ in })) != nil { await Task.yield() }
        gate.open()
        await stopped
        for collector in collectors {
            let answer = await collector.end()
            #expect(answer.error == .stopping && answer.tokens.isEmpty)
        }
        #expect(throws: EngineError.stopping) { try engine.submit(request(9)) { _ in } }
    }

    @Test func aFailedStepEndsItsRequestsAndTheEngineGoesOn() async throws {
        let failures = Mutex(1)
        let engine = try engine { _ throws(BackendError) in
            let fails = failures.withLock { left in
                defer { left -= 1 }
                return left > 0
            }
            if fails { throw .emptySlice(slice: 0) }
        }
        guard case .failed = try await engine.answer(request(1)).error else {
            Issue.record("the fault was not reported")
            return
        }
        #expect(try await engine.answer(request(1)).reason == .length)
        await engine.stop()
    }

    @Test func theBooksAreCheckedWheneverTheEngineRests() async throws {
        let engine = try engine()
        var checks = 0
        for seed in 0..<3 {
            _ = try await engine.answer(request(UInt64(seed)))
            while engine.snapshot.integrityChecks == checks { await Task.yield() }
            checks = engine.snapshot.integrityChecks
        }
        await engine.stop()
    }
}
