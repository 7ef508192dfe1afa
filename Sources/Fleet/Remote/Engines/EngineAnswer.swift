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
    private var textBytes = 0
    private var numScored = 0
    private var numIdleChunks = 0
    /// The engine's reason, and whether the event for it is out: it waits for the count of the answer's tokens.
    private var finish: FinishReason?
    package private(set) var hasFinished = false
    /// The engine reports ids or counts as the answer grows: `numTokens` is no guess.
    private var hasCounts = false
    private var hasUsage = false
    package private(set) var share: GenerationTotals.Share?
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
        if hasCounts || hasUsage { tellFinish(into: &events) }
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
        let tokens = try scored(choice.tokens)
        textBytes += choice.text.utf8.count
        // The first text may come before its count.
        try expected.check(textBytes: textBytes, numTokens: max(numTokens, expected.resumedTokens + 1))
        if !choice.text.isEmpty || !ids.isEmpty || !tokens.isEmpty {
            let isNews = choice.text.isEmpty ? !ids.isEmpty : numTokens > numShown
            if !isNews { try noteIdle() }
            if !choice.text.isEmpty { numShown = numTokens }
            events.append(
                .delta(
                    choice: 0, text: choice.text, completionTokens: numShown, tokens: tokens,
                    tokenIDs: expected.hidesTokens ? [] : ids))
        }
        if let reason = choice.finish { finish = try Self.finish(reason) }
    }

    /// As many alternatives as were asked for: engines have the drawn token beside the likeliest.
    private mutating func scored(_ tokens: [GeneratedToken]) throws(RemoteFailure) -> [GeneratedToken] {
        guard let limit = expected.topLogprobs else { return [] }
        let tokens = tokens.map { GeneratedToken(token: $0.token, top: Array($0.top.prefix(limit))) }
        numScored += tokens.count
        guard numScored <= expected.maximumTokens else {
            throw .broken(
                "it sent more log probabilities than the \(expected.maximumTokens) tokens that were asked for")
        }
        try expected.check(tokens, count: tokens.count)
        return tokens
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
            hasCounts = true
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
        hasCounts = true
        numTokens = count
    }

    private mutating func take(_ usage: Chunk.Usage) throws(RemoteFailure) {
        guard !hasUsage else { return }
        hasUsage = true
        if !hasCounts {
            numTokens = max(usage.completionTokens + expected.resumedTokens, numShown)
            try expected.check(count: numTokens)
        }
        let said = GenerationTotals.Share(
            prefilledTokens: usage.promptTokens, generatedTokens: usage.completionTokens)
        try expected.check(said, numTokens: numTokens)
        share = said
    }

    private mutating func tellFinish(into events: inout [GenerationEvent]) {
        guard let finish, !hasFinished else { return }
        hasFinished = true
        events.append(.finished(choice: 0, reason: finish, completionTokens: numTokens))
    }

    private mutating func noteIdle() throws(RemoteFailure) {
        numIdleChunks += 1
        guard numIdleChunks <= ExpectedAnswer.maximumIdleChunks else { throw .broken("its stream does not end") }
    }

    private mutating func complete(into events: inout [GenerationEvent]) throws(RemoteFailure) {
        guard finish != nil else { throw .broken("it said [DONE] without a finish reason") }
        tellFinish(into: &events)
        isComplete = true
    }
}
