import Fleet
import OpenAI
import Synchronization
import TestSupport
import Testing

/// The two ends of the worker protocol are each other's oracle: what a worker of ours writes is what a gateway reads.
@Suite(.timeLimit(.minutes(10))) struct WorkerContractTests {
    private static let texts = [
        "", "a", " word", "\"quoted\"\n", "é", "\u{1F600}\t", "\u{01}", "long text of more than fifteen bytes",
    ]

    /// An answer at random: deltas of any size, text held back and shown later.
    private static func events(
        _ random: inout SeededGenerator, resumed: Int, logprobs: Bool
    ) -> [GenerationEvent] {
        var events: [GenerationEvent] = [.started(promptTokens: 3, cachedTokens: Int.random(in: 0...3, using: &random))]
        var (numTokens, numShown) = (resumed, resumed)
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let ids = (0..<Int.random(in: 1...3, using: &random)).map { _ in Int32.random(in: 0..<1000, using: &random)
            }
            numTokens += ids.count
            let isShown = Bool.random(using: &random)
            if isShown { numShown = numTokens }
            let tokens = logprobs ? ids.map { token($0, &random) } : []
            events.append(
                .delta(
                    choice: 0, text: isShown ? texts.randomElement(using: &random) ?? "" : "",
                    completionTokens: numShown, tokens: tokens, tokenIDs: ids))
        }
        if numTokens > 0, Bool.random(using: &random) {
            events.append(.delta(choice: 0, text: " held back", completionTokens: numTokens))
        }
        events.append(
            .finished(choice: 0, reason: Bool.random(using: &random) ? .stop : .length, completionTokens: numTokens))
        return events
    }

    private static func token(_ id: Int32, _ random: inout SeededGenerator) -> GeneratedToken {
        let bytes = (0..<3).map { _ in UInt8.random(in: 0...255, using: &random) }
        let scored = ScoredToken(id: id, bytes: bytes, logprob: Float.random(in: -20...0, using: &random))
        return GeneratedToken(token: scored, top: [ScoredToken(id: 0, bytes: [255], logprob: scored.logprob / 2)])
    }

    private static func written(
        _ events: [GenerationEvent], _ request: CompletionRequest, generated: Int
    ) throws -> [UInt8] {
        let head = AnswerHead(id: "cmpl-1", created: 7, model: "m", systemFingerprint: "fp_test")
        var writer = WorkerChunkWriter(request: request, head: head)
        var bytes: [UInt8] = []
        for event in events { try writer.append(event, to: &bytes) }
        try writer.appendEnd(GenerationTotals(prefilledTokens: 3, generatedTokens: generated), to: &bytes)
        return bytes
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func whatIsWrittenIsRead(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var generation = GleanerScript.request(maxTokens: 60, resumed: seed % 3 == 0 ? [1, 2] : [])
        generation.topLogprobs = seed % 4 == 0 ? 1 : nil
        let events = Self.events(&random, resumed: generation.resumed.count, logprobs: generation.topLogprobs != nil)
        let body = try Self.body(of: generation)
        let generated = events.reduce(0) { sum, event in
            if case .delta(_, _, _, _, let ids) = event { sum + ids.count } else { sum }
        }
        let bytes = try Self.written(events, try Self.parsed(body), generated: generated)
        let cuts = (0..<5).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
        let pieces = zip([0] + cuts, cuts + [bytes.count]).map { Array(bytes[$0..<$1]) }
        let expected = GleanerScript.expected(
            maxTokens: 60, resumed: generation.resumed, topLogprobs: generation.topLogprobs)
        let reading = Reading(GleanerAnswer(expected), pieces)
        #expect(reading.elements == events)
        #expect(reading.isComplete && reading.failure == nil)
    }

    private static func body(of request: GenerationRequest) throws -> [UInt8] {
        GleanerBody.bytes(
            of: request, GleanerScript.expected(maxTokens: 60, resumed: request.resumed))
    }

    private static func parsed(_ body: [UInt8]) throws -> CompletionRequest {
        try body.withUnsafeBytes { try CompletionRequest(worker: $0, id: "cmpl-1") }
    }

    /// The worker understands a request as the gateway meant it.
    @Test func whatIsAskedIsUnderstood() throws {
        var request = GleanerScript.request(maxTokens: 60, resumed: [8, 9])
        request.sampling = SamplingOptions(
            temperature: 0.5, topP: 0.25, topK: 7, minP: 0.125, repetitionPenalty: 1.5, presencePenalty: -1,
            frequencyPenalty: 2, logitBias: [3: -1, 2: 4.5], seed: .min)
        (request.stop, request.topLogprobs) = (["a\n", "\""], 2)
        (request.priority, request.cacheSalt, request.ignoreEOS) = (-3, "tenant", true)
        let understood = try Self.parsed(try Self.body(of: request))
        #expect(understood.generation == request)
        #expect(understood.isStreaming && understood.includesUsage)
    }
}
