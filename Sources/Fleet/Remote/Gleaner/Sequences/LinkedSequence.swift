import OpenAI

/// One sequence of a shared connection, as far as it came. Pure: what it makes of news is the connection's to deliver.
struct LinkedSequence: Sendable {
    private var answer: CheckedAnswer
    private let deliver: @Sendable (SequenceEvent) -> Void
    private(set) var isAccepted = false
    /// Nobody waits for it any more; it ends on the connection's event loop, behind what is being delivered there.
    var isCancelled = false
    /// Looks at the connection since it was sent.
    var looks = 0

    /// What is to be told of a sequence once the connection's state is free.
    struct Delivery: Sendable {
        fileprivate let event: SequenceEvent
        fileprivate let deliver: @Sendable (SequenceEvent) -> Void

        func run() { deliver(event) }
    }

    init(_ expected: ExpectedAnswer, deliver: @escaping @Sendable (SequenceEvent) -> Void) {
        answer = CheckedAnswer(expected)
        self.deliver = deliver
    }

    /// Its end for a reason that is not in its news.
    func end(_ failure: RemoteFailure) -> Delivery {
        Delivery(event: .ended(SequenceEnd(failure, hasFinished: answer.hasFinished), nil), deliver: deliver)
    }

    /// Takes news of it. What was good before a fault is delivered.
    mutating func receive(_ event: SequenceNews.Event, into deliveries: inout [Delivery]) -> Fate {
        var events: [GenerationEvent] = []
        do throws(RemoteFailure) {
            let end = try take(event, into: &events)
            if !events.isEmpty { deliveries.append(Delivery(event: .progress(events), deliver: deliver)) }
            guard let end else { return .goesOn }
            deliveries.append(Delivery(event: end, deliver: deliver))
            return .over
        } catch {
            if !events.isEmpty { deliveries.append(Delivery(event: .progress(events), deliver: deliver)) }
            deliveries.append(Delivery(event: .ended(.failed(error), nil), deliver: deliver))
            return .abandoned
        }
    }

    enum Fate: Sendable {
        case goesOn
        /// Nothing more comes of it.
        case over
        /// Its worker lied, and does not know that it is over.
        case abandoned
    }

    /// - Returns: its end.
    private mutating func take(
        _ event: SequenceNews.Event, into events: inout [GenerationEvent]
    ) throws(RemoteFailure) -> SequenceEvent? {
        isAccepted = true
        switch event {
        case .accepted: try answer.noteIdle()
        case .started(let promptTokens, let cachedTokens):
            try answer.start(promptTokens: promptTokens, cachedTokens: cachedTokens, into: &events)
        case .progress(let more):
            try answer.take(ids: more.ids, text: more.text, shown: more.shown, tokens: more.tokens, into: &events)
            if let reason = more.finish { answer.finish(reason, into: &events) }
            if events.isEmpty { try answer.noteIdle() }
        case .done(let completionTokens, let share):
            try answer.end(completionTokens: completionTokens, share)
            return .ended(.finished, share)
        case .failed(let failure):
            let failure = ShortAnswer(failure).failure
            return .ended(SequenceEnd(failure, hasFinished: answer.hasFinished), nil)
        }
        return nil
    }
}
