import Engine
import Models
import TestSupport
import Testing
import Tokenizers

/// An answer that another engine began goes on as if it had been generated here: cut wherever it may be, the two
/// parts together are the undisturbed answer.
@Suite(.timeLimit(.minutes(10))) struct ResumeTests {
    private func engine(
        blocks: Int = 1024, batch: Int = 512, context: Int = 4096, metrics: CountingMetrics = CountingMetrics()
    ) throws -> Engine {
        var configuration = EngineConfiguration()
        configuration.limits = .init(batchTokens: batch, sequences: 64)
        configuration.waitingLimit = 10_000
        return Engine(
            name: "hash", backend: HashBackend(blockCount: blocks, contextLength: context), tokenizer: try .bytes(),
            configuration: configuration, metrics: metrics)
    }

    private func ids(_ text: String) throws -> [TokenID] {
        try Tokenizer.bytes().encode(text, addSpecialTokens: false, parseSpecialTokens: false)
    }

    /// Every way to draw and to end. Most answers are made of the bytes of a few characters of one to four bytes, so
    /// that characters, and stop texts of a character or more, lie across tokens.
    private func request(_ number: Int) throws -> EngineRequest {
        var random = SeededGenerator(seed: UInt64(number))
        var request = EngineRequest(
            prompt: (0..<Int.random(in: 1...60, using: &random)).map { _ in .random(in: 0..<256, using: &random) })
        request.maxTokens = number % 11 == 10 ? nil : .random(in: 1...40, using: &random)
        request.sampling.seed = .random(in: .min ... .max, using: &random)
        request.sampling.temperature = number % 5 == 0 ? 0 : 1.3
        request.sampling.topP = number % 3 == 0 ? 0.9 : 1
        request.sampling.repetitionPenalty = number % 4 == 1 ? 1.3 : 1
        request.sampling.presencePenalty = number % 4 == 2 ? 1 : 0
        request.sampling.frequencyPenalty = number % 4 == 3 ? 0.7 : 0
        request.sampling.topLogprobs = number % 6 == 5 ? 3 : nil
        if number % 7 != 6 {
            for id in try ids("ab\né€😀") { request.sampling.logitBias[id] = 40 }
        }
        if number % 3 == 1 { request.stopTokens = Set(try ids("\n").prefix(1)) }
        return request
    }

    /// The same with stop texts: one that the answer meets, or two that it only begins.
    private func request(_ number: Int, stoppedOn engine: Engine) async throws -> EngineRequest {
        var (request, random) = (try request(number), SeededGenerator(seed: UInt64(number)))
        guard number % 2 == 0 else { return request }
        let text = try await engine.answer(request).text
        let parts = (0..<2).map { _ in String(text.dropFirst(.random(in: 0...text.count, using: &random)).prefix(3)) }
        request.stops = number % 4 == 0 ? Array(parts.prefix(1)) : parts.map { $0 + "never" }
        return request
    }

    /// `request` resumed behind the first `count` tokens of its answer, and what must come then.
    private func cut(_ request: EngineRequest, _ whole: Answer, at count: Int) -> (EngineRequest, Answer) {
        var (request, rest) = (request, whole)
        request.resumed = Array((whole.tokens + (whole.stopToken.map { [$0] } ?? [])).prefix(count))
        if count > whole.tokens.count { rest.stopToken = nil }
        rest.tokens.removeFirst(min(count, rest.tokens.count))
        rest.texts.removeFirst(min(count, rest.texts.count))
        rest.logprobs.removeFirst(min(count, rest.logprobs.count))
        rest.shownTokens.removeFirst(min(count, rest.shownTokens.count))
        return (request, rest)
    }

    private func cuts(_ request: EngineRequest, _ whole: Answer) -> [(request: EngineRequest, rest: Answer)] {
        (0...(whole.generatedTokens ?? 0)).map { cut(request, whole, at: $0) }
    }

    /// Without what depends on the prefix cache.
    private func answers(_ requests: [EngineRequest], on engine: Engine) async throws -> [Answer] {
        let collectors = requests.map { _ in Collector() }
        for (request, collector) in zip(requests, collectors) {
            _ = try engine.submit(request) { collector.handle($0) }
        }
        var answers: [Answer] = []
        for (request, collector) in zip(requests, collectors) {
            var answer = await collector.end()
            #expect((0...request.prompt.count).contains(answer.cachedTokens ?? -1))
            answer.cachedTokens = 0
            answers.append(answer)
        }
        return answers
    }

    private func check(_ found: [Answer], _ wanted: [Answer], _ what: String) {
        for (place, (found, wanted)) in zip(found, wanted).enumerated() where found != wanted {
            Issue.record("\(what), cut \(place): \(found) instead of \(wanted)")
        }
        #expect(found.count == wanted.count)
    }

    private static let context = 160
    private static let numbers = 0..<66

    @Test func everyCutOfEveryAnswerGoesOnTheSame() async throws {
        let whole = try engine(context: Self.context)
        let (alone, batched) = (try engine(context: Self.context), try engine(context: Self.context))
        let metrics = CountingMetrics()
        let small = try engine(blocks: 14, batch: 48, context: Self.context, metrics: metrics)
        var (reasons, held, numCuts) = ([FinishReason?: Int](), 0, 0)
        for number in Self.numbers {
            let request = try await request(number, stoppedOn: whole)
            var answer = try await whole.answer(request)
            answer.cachedTokens = 0
            reasons[answer.stopToken == nil ? answer.reason : nil, default: 0] += 1
            held += answer.lastText.isEmpty ? 0 : 1
            let cuts = cuts(request, answer)
            numCuts += cuts.count
            let (requests, rests) = (cuts.map(\.request), cuts.map(\.rest))
            for cut in cuts {
                check(try await answers([cut.request], on: alone), [cut.rest], "\(number) warm and alone")
            }
            check(try await answers(requests, on: batched), rests, "\(number) in a batch")
            let salted = requests.enumerated().map { place, request in
                var request = request
                request.salt = "\(number) \(place)"
                return request
            }
            check(try await answers(salted, on: batched), rests, "\(number) cold")
            check(try await answers(salted, on: small), rests, "\(number) preempted")
        }
        // What the property is worth.
        #expect(reasons.values.allSatisfy { $0 > 5 } && reasons.count == 3 && held > 5 && numCuts > 500)
        #expect(metrics["vllm:num_preemptions_total"] > 0)
        for engine in [whole, alone, batched, small] { await engine.stop() }
    }

    /// From engine to engine, a few tokens on each; what the reader has in the end.
    @Test func anAnswerSurvivesAnyNumberOfMoves() async throws {
        let engines = [try engine(context: Self.context), try engine(batch: 16, context: Self.context)]
        var random = SeededGenerator(seed: 1)
        for number in Self.numbers {
            var request = try await request(number, stoppedOn: engines[0])
            let whole = try await engines[0].answer(request)
            var (text, tokens, shown, moves) = ("", [Int32](), [Int](), 0)
            while true {
                request.resumed = tokens
                request.salt = "\(moves % 3)"
                let part = try await engines[moves % 2].answer(request)
                let count = Int.random(in: 0...4, using: &random)
                moves += 1
                text += part.texts.prefix(count).joined()
                tokens += part.tokens.prefix(count)
                shown += part.shownTokens.prefix(count)
                guard count >= part.tokens.count else { continue }
                #expect(part.reason == whole.reason && part.generatedTokens == whole.generatedTokens)
                #expect(text + part.lastText == whole.text && tokens == whole.tokens && shown == whole.shownTokens)
                break
            }
        }
        for engine in engines { await engine.stop() }
    }

    // MARK: Books

    @Test func resumedTokensArePrefillAndTheNewOnesAreGenerated() async throws {
        let metrics = CountingMetrics()
        let engine = try engine(metrics: metrics)
        var request = EngineRequest(prompt: Array(0..<20))
        request.maxTokens = 40
        let whole = try await engine.answer(request)
        #expect(whole.cachedTokens == 0 && engine.totals == TokenTotals(promptTokens: 20, generatedTokens: 40))
        request.resumed = Array(whole.tokens.prefix(30))
        let rest = try await engine.answer(request)
        #expect(rest.cachedTokens == 20, "48 of the 50 are cached, but the prompt has no more than 20")
        #expect(engine.totals == TokenTotals(promptTokens: 70, generatedTokens: 50))
        #expect(metrics["vllm:prefix_cache_queries_total"] == 70 && metrics["vllm:prefix_cache_hits_total"] == 48)
        await engine.stop()
        #expect(metrics["vllm:prompt_tokens_total"] == 70 && metrics["vllm:generation_tokens_total"] == 50)
    }

    /// A step that was not needed is not run, and nothing is counted for it but that the request was served.
    @Test func aCompleteAnswerIsOnlyFinished() async throws {
        let metrics = CountingMetrics()
        let engine = try engine(metrics: metrics)
        var request = EngineRequest(prompt: [1, 2, 3])
        request.maxTokens = 5
        request.resumed = [4, 5, 6, 7, 8]
        let answer = try await engine.answer(request)
        #expect(answer.reason == .length && answer.generatedTokens == 5 && answer.tokens.isEmpty)
        #expect(answer.cachedTokens == 0)
        await engine.stop()
        #expect(engine.totals == TokenTotals() && engine.snapshot.steps == 0)
        #expect(metrics["vllm:request_success_total"] == 1 && metrics["vllm:prompt_tokens_total"] == 0)
    }

    @Test func refusesWhatNoAnswerBeginsWith() throws {
        let engine = try engine(blocks: 4)
        func refuses(_ value: String, _ range: String, _ change: (inout EngineRequest) throws -> Void) rethrows {
            var request = EngineRequest(prompt: Array(repeating: 1, count: 60))
            try change(&request)
            #expect(throws: EngineError.parameter("gleaner_resume", value, range)) { try engine.check(request) }
            #expect(throws: EngineError.parameter("gleaner_resume", value, range)) {
                try engine.submit(request) { _ in }
            }
        }
        let vocabulary = "in the vocabulary (0 ..< 256)"
        refuses("token 256", vocabulary) { $0.resumed = [1, 256] }
        refuses("token -1", vocabulary) { $0.resumed = [-1] }
        refuses("token \(Int32.max)", vocabulary) { $0.resumed = [.max] }
        refuses("5 tokens", "at most 4, where the answer ends") { $0.resumed = [1, 2, 3, 4, 5] }
        refuses("3 tokens", "at most 2, where the answer ends") {
            $0.maxTokens = 2
            $0.resumed = [1, 2, 3]
        }
        refuses("3 tokens", "at most 1, where the answer ends") {
            $0.stopTokens = [7]
            $0.resumed = [7, 1, 1]
        }
        try refuses("4 tokens", "at most 3, where the answer ends") {
            $0.stops = ["é"]
            $0.resumed = try ids("aéa")
        }
    }
}
