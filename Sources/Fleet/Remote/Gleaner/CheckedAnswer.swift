import OpenAI

/// The answer of a worker of ours as far as it came: nothing that it says is passed on before it is checked.
struct CheckedAnswer: Sendable {
    private let expected: ExpectedAnswer
    private var hasStarted = false
    /// Resumed tokens and those that came.
    private var numTokens: Int
    /// Tokens whose text came.
    private var numShown = 0
    private var textBytes = 0
    private var numIdleChunks = 0
    private(set) var hasFinished = false

    init(_ expected: ExpectedAnswer) {
        self.expected = expected
        numTokens = expected.resumedTokens
    }

    mutating func start(
        promptTokens: Int, cachedTokens: Int, into events: inout [GenerationEvent]
    ) throws(RemoteFailure) {
        guard !hasStarted else { throw .broken("it started twice") }
        guard promptTokens == expected.promptTokens else {
            throw .broken("it counts \(promptTokens) prompt tokens where \(expected.promptTokens) were sent")
        }
        hasStarted = true
        events.append(.started(promptTokens: promptTokens, cachedTokens: min(cachedTokens, promptTokens)))
    }

    /// Takes more of the answer.
    ///
    /// - Parameter shown: tokens whose text is out; nil: those that came, if there is text.
    mutating func take(
        ids: [Int32], text: String, shown: Int?, tokens: [GeneratedToken], into events: inout [GenerationEvent]
    ) throws(RemoteFailure) {
        guard !hasFinished else { throw .broken("it went on after its finish reason") }
        guard hasStarted else { throw .broken("it sent tokens before it said that it had started") }
        try expected.check(ids)
        numTokens += ids.count
        try expected.check(count: numTokens)
        try expected.check(tokens, count: ids.count)
        textBytes += text.utf8.count
        try expected.check(textBytes: textBytes, numTokens: numTokens)
        let isNews = try note(shown: shown ?? (text.isEmpty ? numShown : numTokens)) || !ids.isEmpty
        guard isNews || !text.isEmpty || !tokens.isEmpty else { return }
        if !isNews { try noteIdle() }
        events.append(.delta(choice: 0, text: text, completionTokens: numShown, tokens: tokens, tokenIDs: ids))
    }

    /// Returns whether more is shown than before.
    private mutating func note(shown: Int) throws(RemoteFailure) -> Bool {
        guard shown >= numShown, shown <= numTokens else {
            throw .broken("it shows \(shown) of \(numTokens) tokens after \(numShown)")
        }
        defer { numShown = shown }
        return shown > numShown
    }

    mutating func finish(_ reason: FinishReason, into events: inout [GenerationEvent]) {
        hasFinished = true
        events.append(.finished(choice: 0, reason: reason, completionTokens: numTokens))
    }

    /// Checks what it says at the end.
    func end(completionTokens: Int, _ share: GenerationTotals.Share?) throws(RemoteFailure) {
        guard hasFinished else { throw .broken("its usage came before a finish reason") }
        guard completionTokens == numTokens else {
            throw .broken("its usage counts \(completionTokens) tokens of the answer where \(numTokens) were sent")
        }
        if let share { try expected.check(share, numTokens: numTokens) }
    }

    /// It said nothing that is news.
    mutating func noteIdle() throws(RemoteFailure) {
        numIdleChunks += 1
        guard numIdleChunks <= ExpectedAnswer.maximumIdleChunks else { throw .broken("its stream does not end") }
    }
}
