package import OpenAI

/// The stream of one sequence at an engine that knows nothing of us. What it reports is checked; what it does not is
/// counted: a chunk with text is a token at least.
package struct EngineAnswer: EventReading {
    private let expected: ExpectedAnswer
    private var parser = ChunkParser()
    private var hasStarted = false
    /// Resumed tokens and those that came, as far as the engine says.
    private var numTokens: Int
    /// As `numTokens`, when text last came.
    private var numShown: Int
    private var numIdleChunks = 0
    private var finish: FinishReason?
    private var hasUsage = false
    private(set) var share: GenerationTotals.Share?
    package private(set) var isComplete = false

    package init(_ expected: ExpectedAnswer) {
        self.expected = expected
        numTokens = expected.resumedTokens
        numShown = expected.resumedTokens
    }

    package var failureAtEnd: RemoteFailure { .lost("the stream ended before [DONE]") }

    package mutating func receive(
        _ data: UnsafeRawBufferPointer, into events: inout [GenerationEvent]
    ) throws(RemoteFailure) {
        if data.elementsEqual("[DONE]".utf8) { return try complete(into: &events) }
        let chunk = try parser.parse(data)
        let before = events.count
        start(chunk, into: &events)
        if let choice = chunk.choice { try take(choice, chunk, into: &events) }
        if finish != nil, let usage = chunk.usage { try take(usage) }
        if events.count == before { try noteIdle() }
    }

    /// The first chunk is the start. Its cached tokens are those that are known by then.
    private mutating func start(_ chunk: Chunk, into events: inout [GenerationEvent]) {
        guard !hasStarted, chunk.choice != nil else { return }
        hasStarted = true
        let cachedTokens = chunk.timings.cachedTokens ?? chunk.usage?.cachedTokens ?? 0
        events.append(
            .started(
                promptTokens: expected.promptTokens, cachedTokens: min(cachedTokens, expected.promptTokens)))
    }

    private mutating func take(
        _ choice: Chunk.Choice, _ chunk: Chunk, into events: inout [GenerationEvent]
    ) throws(RemoteFailure) {
        let ids = choice.tokenIDs ?? []
        guard finish == nil || (choice.text.isEmpty && ids.isEmpty && choice.finish == nil) else {
            throw .broken("it went on after its finish reason")
        }
        try expected.check(ids)
        try count(choice, chunk)
        if !choice.text.isEmpty || !ids.isEmpty || !choice.tokens.isEmpty {
            let isNews = choice.text.isEmpty ? !ids.isEmpty : numTokens > numShown
            if !isNews { try noteIdle() }
            if !choice.text.isEmpty { numShown = numTokens }
            events.append(
                .delta(
                    choice: 0, text: choice.text, completionTokens: numShown, tokens: choice.tokens, tokenIDs: ids))
        }
        if let reason = choice.finish { finish = try Self.finish(reason) }
    }

    private static func finish(_ reason: String) throws(RemoteFailure) -> FinishReason {
        if let finish = FinishReason(rawValue: reason) { return finish }
        throw reason == "abort" || reason == "error"
            ? .lost("it ended the sequence with the reason '\(reason)'")
            : .broken("it ended with the finish reason '\(WorkerWords.excerpt(reason))'")
    }

    /// Takes the best count that the chunk allows: its ids, what it says, or one for a text.
    private mutating func count(_ choice: Chunk.Choice, _ chunk: Chunk) throws(RemoteFailure) {
        if let ids = choice.tokenIDs {
            numTokens += ids.count
        } else if let generated = chunk.timings.generatedTokens ?? chunk.usage?.completionTokens {
            try take(generated: generated)
        } else if !choice.text.isEmpty {
            // Text that was held back may come with the end and is no token of its own.
            numTokens = max(numTokens, min(numTokens + 1, expected.maximumTokens))
        }
        try expected.check(count: numTokens)
    }

    private mutating func take(generated: Int) throws(RemoteFailure) {
        let count = generated + expected.resumedTokens
        guard count >= numTokens else { throw .broken("it counts \(count) tokens after \(numTokens)") }
        numTokens = count
    }

    private mutating func take(_ usage: Chunk.Usage) throws(RemoteFailure) {
        guard !hasUsage else { return }
        hasUsage = true
        // Without ids or running counts, ours was a guess.
        numTokens = max(usage.completionTokens + expected.resumedTokens, numShown)
        try expected.check(count: numTokens)
        share = GenerationTotals.Share(
            prefilledTokens: usage.promptTokens, generatedTokens: usage.completionTokens)
    }

    private mutating func noteIdle() throws(RemoteFailure) {
        numIdleChunks += 1
        guard numIdleChunks <= ExpectedAnswer.maximumIdleChunks else { throw .broken("its stream does not end") }
    }

    private mutating func complete(into events: inout [GenerationEvent]) throws(RemoteFailure) {
        guard let finish else { throw .broken("it said [DONE] without a finish reason") }
        events.append(.finished(choice: 0, reason: finish, completionTokens: numTokens))
        isComplete = true
    }
}
