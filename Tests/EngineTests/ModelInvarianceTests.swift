import CoreMetrics
import Engine
import Foundation
import Models
import TestSupport
import Testing
import Weights

/// The promise of token-exact answers, over real weights and kernels: what a request is answered does not
/// depend on its company, its chunks, the prefix cache, a preemption or the number of threads.
@Suite struct ModelInvarianceTests {
    private func engine(
        _ fixture: String, blocks: Int = 512, batch: Int = 512, threads: Int = 1, kvType: KVType = .f16
    ) throws -> Engine {
        let path = TestData.packageRoot.appendingPathComponent("Oracles/Models/\(fixture)").path
        let model = try Model.load(Checkpoint.open(path), threads: 1)
        let backend = try CPUBackend(model: model, threads: threads, kvType: kvType, blockCount: blocks)
        var configuration = EngineConfiguration()
        configuration.limits = .init(batchTokens: batch, sequences: 64)
        return Engine(
            name: fixture, backend: backend, tokenizer: try .bytes(), configuration: configuration,
            metrics: NOOPMetricsHandler.instance)
    }

    /// 32 requests of mixed length and sampling.
    private func requests(vocabulary: Int) -> [EngineRequest] {
        (0..<32).map { number in
            var random = SeededGenerator(seed: UInt64(number))
            let length = 5 + number
            var request = EngineRequest(
                prompt: (0..<length).map { _ in .random(in: 0..<Int32(vocabulary), using: &random) })
            request.maxTokens = 12
            request.sampling.temperature = number % 3 == 0 ? 0 : 1.2
            request.sampling.topP = number % 2 == 0 ? 1 : 0.9
            request.sampling.repetitionPenalty = number % 5 == 0 ? 1.2 : 1
            request.sampling.seed = UInt64(number)
            request.sampling.topLogprobs = 2
            return request
        }
    }

    @Test(arguments: ["qwen3", "llama"]) func answersDoNotDependOnCircumstance(fixture: String) async throws {
        let first = try engine(fixture)
        let requests = requests(vocabulary: first.spec.vocabularySize)
        var alone: [Answer] = []
        for request in requests { alone.append(try await first.answer(request)) }

        #expect(try await together(requests, on: engine(fixture)) == alone, "batched with 31 others")
        #expect(try await together(requests, on: engine(fixture, batch: 5)) == alone, "prefilled in chunks")
        #expect(try await together(requests, on: engine(fixture, blocks: 8)) == alone, "preempted")
        #expect(try await together(requests, on: engine(fixture, threads: 3)) == alone, "on three threads")
        for (request, answer) in zip(requests, alone) {
            let again = try await first.answer(request)
            #expect(again.cachedTokens == (request.prompt.count - 1) / 16 * 16)
            #expect(again.tokens == answer.tokens && again.logprobs == answer.logprobs, "with a prefix hit")
        }
    }

    /// The same over real kernels: what was generated token by token is computed anew as a prompt.
    @Test(arguments: ["qwen3", "llama"]) func anAnswerGoesOnElsewhere(fixture: String) async throws {
        let first = try engine(fixture)
        for (number, request) in requests(vocabulary: first.spec.vocabularySize).enumerated() {
            let whole = try await first.answer(request)
            let cuts = whole.tokens.indices.map { count in
                var request = request
                request.resumed = Array(whole.tokens.prefix(count))
                request.salt = number % 2 == 0 ? "" : "\(count)"  // warm or cold
                return request
            }
            let elsewhere = try engine(fixture, blocks: number % 4 == 0 ? 8 : 512, batch: number % 3 == 0 ? 7 : 512)
            for (count, rest) in try await together(cuts, on: elsewhere).enumerated() {
                #expect(rest.tokens == Array(whole.tokens.dropFirst(count)), "\(number), cut at \(count)")
                #expect(rest.logprobs == Array(whole.logprobs.dropFirst(count)), "\(number), cut at \(count)")
                #expect(rest.texts == Array(whole.texts.dropFirst(count)) && rest.lastText == whole.lastText)
                #expect(rest.reason == whole.reason && rest.generatedTokens == whole.generatedTokens)
            }
        }
        await first.stop()
    }

    private func together(_ requests: [EngineRequest], on engine: Engine) async throws -> [Answer] {
        let collectors = requests.map { _ in Collector() }
        for (request, collector) in zip(requests, collectors) {
            _ = try engine.submit(request) { collector.handle($0) }
        }
        var answers: [Answer] = []
        for collector in collectors { answers.append(await collector.end()) }
        await engine.stop()
        return answers
    }
}
