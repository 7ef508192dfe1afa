import Engine
import Foundation
import Gateway
import Logging
import Node
import OpenAI
import TestSupport
import Testing
import WebServer

/// Requests, their totals and the worker's counters tell of the same tokens.
@Suite(.serialized, .timeLimit(.minutes(10))) struct MeteringTests {
    /// Too little for what the scheduler admits: sequences grow and preempt each other.
    private static let kvBytes = 576 << 10

    private func worker(_ registry: PrometheusRegistry, sequences: Int = 6, waiting: Int = 64) throws -> NodeWorker {
        var options = ModelOptions(
            path: TestData.packageRoot.appendingPathComponent("Demo/gleaner-demo-q8_0.gguf").path)
        options.name = DemoServer.model
        options.kvBytes = Self.kvBytes
        options.engine.limits.sequences = sequences
        options.engine.waitingLimit = waiting
        let log = Logger(label: "gleaner.tests") { _ in SwiftLogNoOpLogHandler() }
        return NodeWorker(models: [try ServedModel.load(options, metrics: registry, log: log)])
    }

    private func request(_ number: Int, using random: inout SeededGenerator) -> GenerationRequest {
        let words = ["fox", "river", "moon", "é", "😀", "night", "and", "seven"]
        let text = { (count: Int, random: inout SeededGenerator) in
            (0..<count).map { _ in words.randomElement(using: &random) ?? "fox" }.joined(separator: " ")
        }
        let prompts = (0..<Int.random(in: 1...2, using: &random)).map { _ in
            text(.random(in: 1...70, using: &random), &random)
        }
        var request = GenerationRequest(id: "r\(number)", model: DemoServer.model, prompt: .text(prompts))
        request.sampling.temperature = 1.5
        request.sampling.seed = number
        request.maxTokens = .random(in: 1...60, using: &random)
        request.n = .random(in: 1...3, using: &random)
        request.stop = number % 3 == 0 ? ["e", "the "] : []
        request.topLogprobs = number % 5 == 0 ? 1 : nil
        request.ignoreEOS = number % 2 == 0
        request.priority = .random(in: 0...1, using: &random)
        return request
    }

    /// What one client saw and what its request was for the worker.
    private struct Outcome: Sendable {
        var prepared: any PreparedGeneration
        var usage = Usage()
        var isComplete = false
        var totals: GenerationTotals?
    }

    /// Reads until the end, or leaves after so many events.
    private func serve(
        _ request: GenerationRequest, by worker: NodeWorker, leavingAfter limit: Int
    ) async throws -> Outcome {
        var outcome = Outcome(prepared: try await worker.prepare(request))
        let stream = try await outcome.prepared.start(priority: request.priority)
        var progress = GenerationProgress(numChoices: request.numChoices)
        var left = limit
        do {
            reading: while let batch = try await stream.nextBatch() {
                for event in batch {
                    if left == 0 { break reading }
                    left -= 1
                    try progress.note(event)
                }
            }
        } catch let error as APIError {
            #expect(error.code == "draining", "\(error)")  // the worker stops
        }
        stream.cancel()
        outcome.totals = await stream.totals()
        (outcome.usage, outcome.isComplete) = (progress.usage, progress.isComplete)
        return outcome
    }

    /// Readers that leave while waiting, prefilling or decoding, many choices, preemptions, and a worker that
    /// stops in the middle of it.
    @Test(arguments: [false, true]) func totalsAddUpToTheCounters(stopsEarly: Bool) async throws {
        let registry = PrometheusRegistry()
        let worker = try worker(registry, waiting: 600)
        var random = SeededGenerator(seed: 11)
        let outcomes = try await withThrowingTaskGroup(of: Outcome?.self) { group in
            for number in 0..<60 {
                let request = request(number, using: &random)
                let limit = number % 2 == 0 ? Int.max : .random(in: 0...40, using: &random)
                group.addTask {
                    do {
                        return try await serve(request, by: worker, leavingAfter: limit)
                    } catch let error as APIError where error.code == "draining" && stopsEarly {
                        return nil  // came after the stop
                    }
                }
            }
            var outcomes: [Outcome] = []
            for try await outcome in group {
                if let outcome { outcomes.append(outcome) }
                if stopsEarly, outcomes.count == 20 {
                    group.addTask {
                        await worker.stop(); return nil
                    }
                }
            }
            return outcomes
        }
        var counters = WorkerCounters()
        for outcome in outcomes {
            let totals = try #require(outcome.totals)
            counters.promptTokens += totals.prefilledTokens
            counters.generatedTokens += totals.generatedTokens
            #expect(outcome.usage.completionTokens <= totals.generatedTokens, "nobody pays for more than was made")
            #expect(totals.generatedTokens <= outcome.prepared.maximumOutputTokens)
            guard outcome.isComplete else { continue }
            #expect(outcome.usage.completionTokens == totals.generatedTokens)
            #expect(outcome.usage.promptTokens == outcome.prepared.promptTokens)
        }
        #expect(outcomes.contains { $0.isComplete } && outcomes.contains { !$0.isComplete })
        #expect(await worker.counters() == counters)
        await worker.stop()
        let metrics = registry.text()
        #expect(DemoServer.value("vllm:prompt_tokens_total", in: metrics) == Double(counters.promptTokens))
        #expect(DemoServer.value("vllm:generation_tokens_total", in: metrics) == Double(counters.generatedTokens))
        #expect(DemoServer.value("vllm:num_preemptions_total", in: metrics) ?? 0 > 0)
    }

    /// Exact numbers before anything runs, so that money can be reserved.
    @Test func preparingCountsAndRunsNothing() async throws {
        let worker = try worker(PrometheusRegistry())
        let context = try #require(await worker.models().first).contextLength
        var request = GenerationRequest(
            id: "r", model: DemoServer.model, prompt: .tokens([[1, 2, 3], [4, 5, 6, 7, 8]]), n: 3)
        let endless = try await worker.prepare(request)
        #expect(endless.promptTokens == 8 && endless.maximumOutputTokens == 3 * (context - 3) + 3 * (context - 5))
        request.maxTokens = context - 5
        #expect(try await worker.prepare(request).maximumOutputTokens == 6 * (context - 5))
        request.maxTokens = context - 4
        await #expect(throws: APIError.self) { try await worker.prepare(request) }
        request.maxTokens = 7
        #expect(try await worker.prepare(request).maximumOutputTokens == 42)
        #expect(await worker.counters() == WorkerCounters())
        await worker.stop()
    }

    /// Refused by `start` alone, whole, and without a trace.
    @Test func overloadIsRefusedAtTheStart() async throws {
        let worker = try worker(PrometheusRegistry(), waiting: 2)
        let request = GenerationRequest(id: "r", model: DemoServer.model, prompt: .text(["Hello"]), n: 3)
        let prepared = try await worker.prepare(request)
        let error = await #expect(throws: APIError.self) { try await prepared.start(priority: 0) }
        #expect(error?.status == 429)
        await worker.stop()
        #expect(await worker.counters() == WorkerCounters())
    }

    @Test func noTwoWorkersShareAName() throws {
        let names = [NodeWorker(models: []), NodeWorker(models: [])].map(\.id)
        #expect(Set(names).count == 2)
        for name in names {
            #expect(name.utf8.count <= 100 && name.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        }
    }
}
