package import OpenAI

/// The stream of one sequence at a worker of ours: every token is reported, and every count is checked.
package struct GleanerAnswer: EventReading {
    private let expected: ExpectedAnswer
    private var parser = ChunkParser()
    private var hasStarted = false
    /// Resumed tokens and those that came.
    private var numTokens: Int
    /// Tokens whose text came.
    private var numShown = 0
    private var textBytes = 0
    private var numIdleChunks = 0
    package private(set) var hasFinished = false
    private var hasUsage = false
    /// What the worker says that it did, if it came that far.
    package private(set) var share: GenerationTotals.Share?
    package private(set) var isComplete = false

    package init(_ expected: ExpectedAnswer) {
        self.expected = expected
        numTokens = expected.resumedTokens
    }

    package var failureAtEnd: RemoteFailure { .lost("the stream ended before [DONE]") }

    package mutating func receive(
        _ data: UnsafeRawBufferPointer, into events: inout [GenerationEvent]
    ) throws(RemoteFailure) {
        if data.elementsEqual("[DONE]".utf8) { return try complete() }
        let chunk = try parser.parse(data)
        if let model = chunk.model, model != expected.model {
            throw .broken("it answers as the model '\(WorkerWords.excerpt(model))', not '\(expected.model)'")
        }
        guard !hasUsage else { throw .broken("it went on after its usage") }
        let before = events.count
        try start(chunk.own, into: &events)
        if let choice = chunk.choice { try take(choice, shown: chunk.own.shown, into: &events) }
        if let usage = chunk.usage { try take(usage, chunk.own) }
        if events.count == before { try noteIdle() }
    }

    private mutating func start(_ own: Chunk.Extension, into events: inout [GenerationEvent]) throws(RemoteFailure) {
        guard let promptTokens = own.promptTokens else { return }
        guard !hasStarted else { throw .broken("it started twice") }
        guard promptTokens == expected.promptTokens else {
            throw .broken("it counts \(promptTokens) prompt tokens where \(expected.promptTokens) were sent")
        }
        hasStarted = true
        events.append(.started(promptTokens: promptTokens, cachedTokens: min(own.cachedTokens ?? 0, promptTokens)))
    }

    private mutating func take(
        _ choice: Chunk.Choice, shown: Int?, into events: inout [GenerationEvent]
    ) throws(RemoteFailure) {
        let ids = choice.tokenIDs ?? []
        guard !hasFinished else { throw .broken("it went on after its finish reason") }
        guard hasStarted else { throw .broken("it sent tokens before it said that it had started") }
        try expected.check(ids)
        numTokens += ids.count
        try expected.check(count: numTokens)
        try expected.check(choice.tokens, count: ids.count)
        textBytes += choice.text.utf8.count
        try expected.check(textBytes: textBytes, numTokens: numTokens)
        let isNews = try note(shown: shown ?? (choice.text.isEmpty ? numShown : numTokens)) || !ids.isEmpty
        if isNews || !choice.text.isEmpty || !choice.tokens.isEmpty {
            if !isNews { try noteIdle() }
            events.append(
                .delta(
                    choice: 0, text: choice.text, completionTokens: numShown, tokens: choice.tokens, tokenIDs: ids))
        }
        guard let word = choice.finish else { return }
        guard let reason = FinishReason(rawValue: word) else {
            throw .broken("it ended with the finish reason '\(WorkerWords.excerpt(word))'")
        }
        hasFinished = true
        events.append(.finished(choice: 0, reason: reason, completionTokens: numTokens))
    }

    /// Returns whether more is shown than before.
    private mutating func note(shown: Int) throws(RemoteFailure) -> Bool {
        guard shown >= numShown, shown <= numTokens else {
            throw .broken("it shows \(shown) of \(numTokens) tokens after \(numShown)")
        }
        defer { numShown = shown }
        return shown > numShown
    }

    private mutating func take(_ usage: Chunk.Usage, _ own: Chunk.Extension) throws(RemoteFailure) {
        guard hasFinished else { throw .broken("its usage came before a finish reason") }
        guard usage.promptTokens == expected.promptTokens, usage.completionTokens == numTokens else {
            throw .broken(
                "its usage is \(usage.promptTokens) + \(usage.completionTokens) tokens where "
                    + "\(expected.promptTokens) + \(numTokens) were sent")
        }
        if let share = own.share { try expected.check(share, numTokens: numTokens) }
        hasUsage = true
        share = own.share
    }

    private mutating func noteIdle() throws(RemoteFailure) {
        numIdleChunks += 1
        guard numIdleChunks <= ExpectedAnswer.maximumIdleChunks else { throw .broken("its stream does not end") }
    }

    private mutating func complete() throws(RemoteFailure) {
        guard hasFinished else { throw .broken("it said [DONE] without a finish reason") }
        guard hasUsage else { throw .broken("it said [DONE] without a usage") }
        isComplete = true
    }
}
