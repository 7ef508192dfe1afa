import Fleet
import OpenAI
import TestSupport
import Testing

/// The reader of a plain engine's stream, without a network.
@Suite struct EngineAnswerTests {
    private static let answers: [(text: String, events: [GenerationEvent])] = [
        (EngineScript.vllmAnswer, EngineScript.vllmEvents), (EngineScript.sglangAnswer, EngineScript.sglangEvents),
        (EngineScript.llamaAnswer, EngineScript.llamaEvents),
    ]

    private func read(_ text: String, _ expected: ExpectedAnswer = GleanerScript.expected()) -> Reading<GenerationEvent>
    {
        Reading(EngineAnswer(expected), [Array(text.utf8)])
    }

    @Test(arguments: answers.indices) func aWholeAnswerWhereverItIsCut(_ engine: Int) {
        let (text, events) = Self.answers[engine]
        let bytes = Array(text.utf8)
        let whole = Reading(EngineAnswer(GleanerScript.expected()), [bytes])
        #expect(whole.elements == events && whole.isComplete)
        for place in 0...bytes.count {
            let cut = [Array(bytes[..<place]), Array(bytes[place...])]
            #expect(Reading(EngineAnswer(GleanerScript.expected()), cut) == whole, "cut at byte \(place)")
        }
    }

    @Test(arguments: answers.indices) func anAnswerThatEndsEarlyIsLost(_ engine: Int) {
        let bytes = Array(Self.answers[engine].text.utf8)
        for place in 0..<bytes.count - 1 {
            let reading = Reading(EngineAnswer(GleanerScript.expected()), [Array(bytes[..<place])])
            #expect(reading.failure == .lost("the stream ended before [DONE]"), "cut off after \(place) bytes")
            #expect(Self.answers[engine].events.starts(with: reading.elements))
        }
    }

    /// Resumed tokens went out as prompt: the counts go on behind them.
    @Test(arguments: answers.indices) func countsGoOnBehindResumedTokens(_ engine: Int) {
        let (text, events) = Self.answers[engine]
        let reading = read(text, GleanerScript.expected(resumed: [11, 12]))
        #expect(reading.elements.count == events.count)
        for (event, plain) in zip(reading.elements, events) {
            switch (event, plain) {
            case (.delta(_, let text, let count, _, let ids), .delta(_, let plainText, let plainCount, _, let plainIDs)):
                #expect(text == plainText && count == plainCount + 2 && ids == plainIDs)
            case (.finished(_, let reason, let count), .finished(_, let plainReason, let plainCount)):
                #expect(reason == plainReason && count == plainCount + 2)
            default: #expect(event == plain)
            }
        }
    }

    /// Without a word on tokens, a text is one.
    @Test func textsAreCounted() {
        let chunk = #"{"choices":[{"text":"a"}]}"#
        let reading = read(EngineScript.events([chunk, chunk, #"{"choices":[{"text":"","finish_reason":"length"}]}"#]))
        #expect(
            reading.elements == [
                .started(promptTokens: 3, cachedTokens: 0), .delta(choice: 0, text: "a", completionTokens: 1),
                .delta(choice: 0, text: "a", completionTokens: 2),
                .finished(choice: 0, reason: .length, completionTokens: 2),
            ])
    }

    private static let lies: [(name: String, old: String, new: String)] = [
        ("counts that fall", "\"completion_tokens\":3", "\"completion_tokens\":0"),
        ("too many tokens", "\"completion_tokens\":3", "\"completion_tokens\":11"),
        ("a negative count", "\"completion_tokens\":3", "\"completion_tokens\":-1"),
        ("another choice", "\"index\":0", "\"index\":2"),
        ("an unknown reason", "\"finish_reason\":\"length\"", "\"finish_reason\":\"tired\""),
        ("no finish", "\"finish_reason\":\"length\"", "\"finish_reason\":null"),
        ("text that is none", "\"text\":\"Hi\"", "\"text\":[]"),
        ("garbage", "\"choices\":[]", "\"choices\":"),
    ]

    @Test(arguments: lies.indices) func liesAreBroken(_ place: Int) {
        let (name, old, new) = Self.lies[place]
        #expect(EngineScript.sglangAnswer.contains(old))
        guard case .broken = read(EngineScript.sglangAnswer.replacing(old, with: new)).failure else {
            Issue.record("\(name) was taken")
            return
        }
    }

    @Test func tokensOutOfRangeAreBroken() {
        let reading = read(EngineScript.vllmAnswer.replacing("[6]", with: "[1000]"))
        #expect(reading.failure == .broken("it sent the token 1000, which is not in the model's vocabulary of 1000"))
        #expect(reading.elements == Array(EngineScript.vllmEvents.prefix(2)))
    }

    @Test(arguments: ["a", ""]) func chunksWithoutEndAreBroken(_ text: String) {
        let chunk = GleanerScript.event(#"{"choices":[{"text":"\#(text)"}]}"#)
        let reading = read(String(repeating: chunk, count: 1100))
        #expect(reading.failure == .broken("its stream does not end"))
    }

    @Test func anAbortedSequenceIsLost() {
        let reading = read(EngineScript.sglangAnswer.replacing("\"length\"", with: "\"abort\""))
        #expect(reading.failure == .lost("it ended the sequence with the reason 'abort'"))
    }

    @Test(arguments: [
        #"{"error":{"message":"oh","type":"BadRequestError","param":null,"code":400}}"#,
        #"{"error":{"message":"oh","type":"invalid_request_error","code":400}}"#,
    ])
    func errorsOfTheRequestAreTheClients(_ error: String) {
        #expect(read(GleanerScript.event(error)).failure == .refused(.invalid("oh")))
    }
}
