import CoreMetrics
import Engine
import Models
import Synchronization
import TestSupport
import Testing
import Tokenizers

/// An engine gives way to the owner of its device, and nobody's answer changes.
@Suite(.timeLimit(.minutes(10))) struct PauseTests {
    /// Pauses and resumes its engine from within steps.
    private final class Owner: Sendable {
        private let engine = Mutex<Engine?>(nil)
        let numPauses = Atomic(0)
        let numReleases = Atomic(0)

        func meet(_ engine: Engine) { self.engine.withLock { $0 = engine } }

        /// Has the engine paused while the caller goes on, and resumed once it stands.
        func pause(releasingMemory: Bool) {
            guard let engine = engine.withLock({ $0 }) else { return }
            Task { [self] in
                let times = await engine.pause(releasingMemory: releasingMemory)
                if times != nil { numPauses.add(1, ordering: .relaxed) }
                if times?.memorySeconds != nil { numReleases.add(1, ordering: .relaxed) }
                engine.resume()
            }
        }

        func resume() { engine.withLock { $0 }?.resume() }
    }

    private func engine(
        _ backend: sending HashBackend, batch: Int = 48, waiting: Int = 256
    ) throws -> Engine {
        var configuration = EngineConfiguration()
        configuration.limits = .init(batchTokens: batch, sequences: 8)
        configuration.waitingLimit = waiting
        return Engine(
            name: "hash", backend: backend, tokenizer: try .bytes(), configuration: configuration,
            metrics: NOOPMetricsHandler.instance)
    }

    private func requests(_ random: inout SeededGenerator) -> [EngineRequest] {
        (0..<Int.random(in: 1...10, using: &random)).map { number in
            let shared = Bool.random(using: &random) ? Array(repeating: Int32(7), count: 40) : []
            let own = (0..<Int.random(in: 1...70, using: &random)).map { _ in Int32.random(in: 0..<256, using: &random)
            }
            var request = EngineRequest(prompt: shared + own)
            request.maxTokens = .random(in: 1...40, using: &random)
            request.sampling.temperature = Bool.random(using: &random) ? 0 : 1
            request.sampling.seed = UInt64(number)
            request.sampling.topLogprobs = 1
            request.sampling.repetitionPenalty = Bool.random(using: &random) ? 1 : 1.3
            request.priority = .random(in: 0...1, using: &random)
            return request
        }
    }

    private func answers(_ requests: [EngineRequest], on engine: Engine) async throws -> [Answer] {
        let collectors = requests.map { _ in Collector() }
        for (request, collector) in zip(requests, collectors) {
            _ = try engine.submit(request) { collector.handle($0) }
        }
        var answers: [Answer] = []
        for collector in collectors {
            var answer = await collector.end()
            answer.cachedTokens = nil  // what is released is not found again
            answers.append(answer)
        }
        return answers
    }

    /// Whatever the moment of a pause, in whichever step, with the memory or without: the same tokens.
    @Test(arguments: 0..<24) func aPauseAtAnyMomentChangesNothing(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let (blocks, batch) = (Int.random(in: 10...60, using: &random), Int.random(in: 1...60, using: &random))
        let requests = requests(&random)
        let plain = try engine(HashBackend(blockCount: blocks), batch: batch)
        let expected = try await answers(requests, on: plain)
        await plain.stop()

        let owner = Owner()
        let choice = Mutex(random)
        let numDisturbed = Atomic(0)
        let backend = HashBackend(
            blockCount: blocks,
            disturb: {
                let (kind, releases) = choice.withLock { random in
                    ((0..<4).randomElement(using: &random), Bool.random(using: &random))
                }
                var disturbance = [HashBackend.Disturbance.none, .abandoned, .abandonedHalfway, .inVain][kind ?? 0]
                // Not for ever: what is released again and again would never come to an end.
                if numDisturbed.load(ordering: .relaxed) >= 20 { disturbance = .none }
                if disturbance != .none {
                    numDisturbed.add(1, ordering: .relaxed)
                    owner.pause(releasingMemory: releases)
                }
                return disturbance
            })
        let disturbed = try engine(backend, batch: batch)
        owner.meet(disturbed)
        #expect(try await answers(requests, on: disturbed) == expected)
        await disturbed.stop()
        #expect(numDisturbed.load(ordering: .relaxed) > 0 && expected.allSatisfy { $0.error == nil })
        #expect(disturbed.snapshot.cacheUsage == 0)
    }

    @Test func aPausedEngineTakesRequestsAndRunsNone() async throws {
        let engine = try engine(HashBackend())
        let times = try #require(await engine.pause(releasingMemory: false))
        #expect(times.idleSeconds >= 0 && times.memorySeconds == nil)
        let collector = Collector()
        var request = EngineRequest(prompt: [1, 2, 3])
        request.maxTokens = 5
        _ = try engine.submit(request) { collector.handle($0) }
        while engine.snapshot.waiting == 0 { await Task.yield() }
        #expect(engine.snapshot.isPaused && engine.snapshot.steps == 0 && collector.soFar == Answer())
        // A second order, for the memory this time; what stands already stood at once.
        let again = try #require(await engine.pause(releasingMemory: true))
        #expect(again.idleSeconds == 0 && again.memorySeconds != nil)
        engine.resume()
        #expect(await collector.end().generatedTokens == 5)
        while engine.snapshot.isPaused { await Task.yield() }
        await engine.stop()
    }

    /// Who waits in the queue has a deadline, as ever; who is in the middle of an answer has none.
    @Test func onlyTheQueueHasADeadline() async throws {
        let owner = Owner()
        let step = Atomic(0)
        let backend = HashBackend(disturb: { step.add(1, ordering: .relaxed).newValue == 5 ? .abandoned : .none })
        let engine = try engine(backend)
        owner.meet(engine)
        var request = EngineRequest(prompt: [1, 2, 3])
        request.maxTokens = 20
        request.queueLimitSeconds = 1
        let (first, second) = (Collector(), Collector())
        _ = try engine.submit(request) { first.handle($0) }
        while step.load(ordering: .relaxed) < 5 { await Task.yield() }
        #expect(await engine.pause(releasingMemory: true) != nil)
        _ = try engine.submit(request) { second.handle($0) }
        #expect(await second.end().error == .deadline(seconds: 1))
        engine.resume()
        #expect(await first.end().generatedTokens == 20)
        await engine.stop()
    }

    /// What runs and has lost its memory takes no place in the queue from those who come.
    @Test func aReleaseLeavesTheQueueAsLongAsItWas() async throws {
        let step = Atomic(0)
        let backend = HashBackend(disturb: { step.add(1, ordering: .relaxed).newValue == 6 ? .abandoned : .none })
        let engine = try engine(backend, waiting: 4)
        var request = EngineRequest(prompt: [1, 2, 3])
        request.maxTokens = 30
        let collectors = (0..<8).map { _ in Collector() }
        // Four that begin with the same step; in the sixth they are interrupted.
        #expect(await engine.pause(releasingMemory: false) != nil)
        for collector in collectors[..<4] { _ = try engine.submit(request) { collector.handle($0) } }
        engine.resume()
        while step.load(ordering: .relaxed) < 6 { await Task.yield() }
        #expect(await engine.pause(releasingMemory: true) != nil)
        #expect(engine.snapshot.running == 0 && engine.snapshot.waiting == 4)
        for collector in collectors[4...] { _ = try engine.submit(request) { collector.handle($0) } }
        #expect(throws: EngineError.self) { _ = try engine.submit(request) { _ in } }
        engine.resume()
        for collector in collectors { #expect(await collector.end().generatedTokens == 30) }
        await engine.stop()
    }

    @Test func whoResumesOrStopsFirstIsHeard() async throws {
        let owner = Owner()
        let backend = HashBackend(
            disturb: {
                owner.pause(releasingMemory: false)
                return .abandoned
            },
            willRestore: { () throws(BackendError) in owner.resume() })
        let engine = try engine(backend)
        owner.meet(engine)
        // The engine never gets anywhere; it can be stopped all the same, and whoever waits for a pause is told.
        let collector = Collector()
        _ = try engine.submit(EngineRequest(prompt: [1, 2, 3])) { collector.handle($0) }
        while owner.numPauses.load(ordering: .relaxed) < 3 { await Task.yield() }
        await engine.stop()
        #expect(await collector.end().error == .stopping)
        #expect(await engine.pause(releasingMemory: true) == nil)
    }

    @Test func memoryThatCannotBeHadFailsWhatRunsAndNothingAfterIt() async throws {
        let failures = Atomic(1)
        let backend = HashBackend(willRestore: { () throws(BackendError) in
            if failures.exchange(0, ordering: .relaxed) > 0 { throw .device("the file is gone") }
        })
        let engine = try engine(backend)
        var request = EngineRequest(prompt: [1, 2, 3])
        request.maxTokens = 3
        let expected = try await engine.answer(request)
        #expect(await engine.pause(releasingMemory: true) != nil)
        engine.resume()
        let refused = try await engine.answer(request)
        guard case .failed(let reason) = refused.error else { return #expect(Bool(false), "\(refused)") }
        #expect(reason.contains("the file is gone"))
        let answer = try await engine.answer(request)
        #expect(answer == expected)
        await engine.stop()
    }
}
