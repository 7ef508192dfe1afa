import Fleet
import Foundation
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

    /// With stop texts an engine holds text back without a word of how much: its tokens would be ahead of it.
    @Test(arguments: answers.indices) func withStopTextsTokensAreNotTold(_ engine: Int) {
        let (text, events) = Self.answers[engine]
        let reading = read(text, GleanerScript.expected(stop: ["x"]))
        let untold = events.map { event -> GenerationEvent in
            guard case .delta(let choice, let text, let count, let tokens, _) = event else { return event }
            return .delta(choice: choice, text: text, completionTokens: count, tokens: tokens)
        }
        #expect(reading.elements == untold && reading.isComplete)
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

    /// An engine that counts as it goes has finished with its finish; one whose count comes last, with that.
    @Test(arguments: answers.indices) func theAnswerIsOverWithItsFinish(_ engine: Int) throws {
        let (text, events) = Self.answers[engine]
        let finish = try #require(text.components(separatedBy: "\n\n").firstIndex { $0.contains("_reason\":\"") })
        let chunks = text.components(separatedBy: "\n\n").prefix(finish + 1)
        #expect(read(chunks.joined(separator: "\n\n") + "\n\n").elements == events)
        let silent = GleanerScript.event(#"{"choices":[{"text":"a","finish_reason":"stop"}]}"#)
        #expect(read(silent).elements.count == 2)
        let usage = GleanerScript.event(#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#)
        #expect(read(silent + usage).elements.last == .finished(choice: 0, reason: .stop, completionTokens: 2))
    }

    private static let claims: [(text: String, old: String, new: String)] = [
        (EngineScript.vllmAnswer, "\"prompt_tokens\":3", "\"prompt_tokens\":4"),
        (EngineScript.sglangAnswer, "\"prompt_tokens\":3", "\"prompt_tokens\":4"),
        (EngineScript.llamaAnswer, "\"prompt_tokens\":3", "\"prompt_tokens\":2147483647"),
        (EngineScript.vllmAnswer, "\"completion_tokens\":4", "\"completion_tokens\":5"),
    ]

    /// Work is paid by these numbers.
    @Test(arguments: claims.indices) func workBeyondWhatWasSentIsBroken(_ place: Int) {
        let (text, old, new) = Self.claims[place]
        #expect(text.contains(old))
        guard case .broken = read(text.replacing(old, with: new)).failure else {
            Issue.record("\(new) was taken")
            return
        }
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

    /// vLLM has the drawn token beside the likeliest; nobody asked for that.
    @Test(arguments: [nil, 0, 1, 2]) func alternativesAreAsAskedFor(_ count: Int?) {
        let chunk =
            #"{"choices":[{"text":"a","logprobs":{"tokens":["a"],"token_logprobs":[-2],"#
            + #""top_logprobs":[{"a":-2,"b":-1}],"text_offset":[0]}}]}"#
        let reading = read(GleanerScript.event(chunk), GleanerScript.expected(topLogprobs: count))
        guard case .delta(_, "a", 1, let tokens, _) = reading.elements.last else {
            Issue.record("\(reading)")
            return
        }
        #expect(tokens.map(\.top.count) == (count.map { [min($0, 2)] } ?? []))
    }

    @Test func textWithoutTokensIsBroken() {
        let long = #"{"choices":[{"text":"\#(String(repeating: "x", count: 4097))"}]}"#
        #expect(read(GleanerScript.event(long)).failure == .broken("it sent 4097 bytes of text for 1 tokens"))
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
