import Fleet
import OpenAI
import TestSupport
import Testing

/// The reader of a sequence's stream, without a network.
@Suite struct GleanerAnswerTests {
    @Test func aWholeAnswer() {
        let reading = Reading(gleaner: GleanerScript.answer)
        #expect(reading.elements == GleanerScript.answerEvents)
        #expect(reading.isComplete && reading.failure == nil)
    }

    @Test func whereverTheNetworkCutsTheEventsAreTheSame() {
        for text in [GleanerScript.answer, GleanerScript.answer.replacing("\n", with: "\r\n")] {
            let bytes = Array(text.utf8)
            let whole = Reading(GleanerAnswer(GleanerScript.expected()), [bytes])
            #expect(whole.elements == GleanerScript.answerEvents)
            for place in 0...bytes.count {
                let cut = [Array(bytes[..<place]), Array(bytes[place...])]
                #expect(Reading(GleanerAnswer(GleanerScript.expected()), cut) == whole, "cut at byte \(place)")
            }
            #expect(Reading(GleanerAnswer(GleanerScript.expected()), bytes.map { [$0] }) == whole)
        }
    }

    /// Every prefix of an answer is a worker that was cut off there.
    @Test func anAnswerThatEndsEarlyIsLost() {
        let bytes = Array(GleanerScript.answer.utf8)
        for place in 0..<bytes.count - 1 {
            let reading = Reading(GleanerAnswer(GleanerScript.expected()), [Array(bytes[..<place])])
            guard case .lost = reading.failure else {
                Issue.record("cut off after \(place) bytes: \(String(describing: reading.failure))")
                return
            }
            #expect(GleanerScript.answerEvents.starts(with: reading.elements))
        }
    }

    /// A worker may be cut off between any two bytes: the text that it held back is there with the finish, or the
    /// next worker tells it.
    @Test func whatWasHeldBackComesWithTheFinish() {
        typealias Script = GleanerScript
        let end = Script.finish(" of", [2], shown: 3)
        let bytes = Array(
            (Script.start + Script.delta("a", [9, 8], shown: 1) + end + Script.usage(3) + Script.done).utf8)
        let events: [GenerationEvent] = [
            .started(promptTokens: 3, cachedTokens: 2),
            .delta(choice: 0, text: "a", completionTokens: 1, tokenIDs: [9, 8]),
            .delta(choice: 0, text: " of", completionTokens: 3, tokenIDs: [2]),
            .finished(choice: 0, reason: .stop, completionTokens: 3),
        ]
        var lengths: Set<Int> = []
        for place in 0...bytes.count {
            let reading = Reading(GleanerAnswer(Script.expected()), [Array(bytes[..<place])])
            #expect(events.starts(with: reading.elements))
            lengths.insert(reading.elements.count)
        }
        #expect(lengths == [0, 1, 2, 4])
    }

    /// What follows the finish is for the books: the answer does not wait for it.
    @Test func theAnswerIsOverWithItsFinish() {
        let reading = Reading(gleaner: GleanerScript.beginning + GleanerScript.finish())
        #expect(reading.elements == GleanerScript.answerEvents && !reading.isComplete)
    }

    private static let layouts: [@Sendable (String) -> String] = [
        { $0.replacing(",\"", with: ", \"") },
        { $0.replacing("\"index\":0,", with: "\"index\":0,\"x\":[1],") },
        { $0.replacing("\"logprobs\":null,\"finish_reason\":null", with: "\"finish_reason\":null") },
        { $0.replacing("\"created\":7", with: "\"x\":{\"choices\":[]},\"created\":7") },
        { $0.replacing("}]", with: "}],\"usage\":null").replacing("null,\"usage\":{", with: "{") },
        { $0.replacing("é", with: "\\u00e9") },
        { $0.replacing("data: ", with: "data:") },
    ]

    /// A chunk in another layout goes another way through the parser, and comes to the same.
    @Test(arguments: layouts.indices)
    func otherLayoutsSayTheSame(_ place: Int) {
        let text = Self.layouts[place](GleanerScript.answer)
        #expect(text != GleanerScript.answer)
        #expect(Reading(gleaner: text) == Reading(gleaner: GleanerScript.answer))
    }

    /// Bytes changed at random: nothing crashes, and events that come are those of the answer or change their text.
    @Test func changedBytesNeverBreakTheReader() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<3000 {
            var bytes = Array(GleanerScript.answer.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let reading = Reading(GleanerAnswer(GleanerScript.expected()), [bytes])
            var numTokens = 0
            for case .delta(_, _, let shown, _, let ids) in reading.elements {
                numTokens += ids.count
                #expect(shown <= numTokens && ids.allSatisfy { (0..<1000).contains($0) })
            }
            #expect(numTokens <= 10)
        }
    }

    @Test func aResumedAnswerCountsFromItsFirstToken() {
        typealias Script = GleanerScript
        let text =
            Script.start + Script.delta("c", [9], shown: 3) + Script.finish("length")
            + Script.usage(3, work: (5, 1)) + Script.done
        let reading = Reading(gleaner: text, Script.expected(maxTokens: 3, resumed: [5, 6]))
        #expect(
            reading.elements == [
                .started(promptTokens: 3, cachedTokens: 2),
                .delta(choice: 0, text: "c", completionTokens: 3, tokenIDs: [9]),
                .finished(choice: 0, reason: .length, completionTokens: 3),
            ])
    }

    /// Text of resumed tokens that a stop text held back where they were generated comes without a new token.
    @Test(arguments: [(5000, true), (4096 + 1000, true), (4096 + 1001, false)])
    func textOfResumedTokensIsBounded(_ count: Int, _ isTrue: Bool) {
        let delta = GleanerScript.delta(String(repeating: "x", count: count), [], shown: 2)
        let expected = GleanerScript.expected(resumed: [5, 6], stop: [String(repeating: "x", count: 1000)])
        let reading = Reading(gleaner: GleanerScript.start + delta, expected)
        #expect((reading.elements.count == 2) == isTrue)
    }

    @Test func theAnswerIsBoundedByTheContextWithoutALimit() {
        let ids = Array(repeating: Int32(5), count: 98)
        let reading = Reading(
            gleaner: GleanerScript.start + GleanerScript.delta("x", ids, shown: 98),
            GleanerScript.expected(maxTokens: nil))
        #expect(reading.failure == .broken("it sent more than the 97 tokens that were asked for"))
    }

    @Test func logprobsOfBothForms() throws {
        let chat =
            #"{"content":[{"token":"H","logprob":-0.5,"bytes":[72],"top_logprobs":[{"token":"H","logprob":-0.5,"#
            + #""bytes":[72]},{"token":"�","logprob":-2.25,"bytes":[195]}]}]}"#
        let completion =
            #"{"tokens":["H"],"token_logprobs":[-0.5],"top_logprobs":[{"H":-0.5,"�":-2.25}],"text_offset":[0]}"#
        for (form, second) in [(chat, [UInt8(195)]), (completion, Array("\u{FFFD}".utf8))] {
            let delta = GleanerScript.delta("H", [5], shown: 1).replacing(
                "\"logprobs\":null", with: "\"logprobs\":" + form)
            let reading = Reading(gleaner: GleanerScript.start + delta, GleanerScript.expected(topLogprobs: 2))
            let token = GeneratedToken(
                token: ScoredToken(id: 5, bytes: [72], logprob: -0.5),
                top: [
                    ScoredToken(id: 0, bytes: [72], logprob: -0.5), ScoredToken(id: 0, bytes: second, logprob: -2.25),
                ])
            #expect(
                reading.elements.last
                    == .delta(choice: 0, text: "H", completionTokens: 1, tokens: [token], tokenIDs: [5]))
        }
    }

    @Test func onlyAsMuchAsOneEventIsKept() {
        let endless =
            [Array("data: ".utf8)] + Array(repeating: Array(repeating: UInt8(ascii: "x"), count: 100), count: 20)
        for pieces in [endless, endless.map { $0 + [0x0A] + Array("data: ".utf8) }, [endless.flatMap { $0 }]] {
            let reading = Reading(GleanerAnswer(GleanerScript.expected()), pieces, maximumEventBytes: 1000)
            #expect(reading.failure == .broken("an event of its stream is longer than 1000 bytes"))
        }
    }

    @Test(arguments: [": still there\n", "\n", "\r\n", "id: 7\n\n"])
    func whoSaysNothingDoesNotDoSoForEver(_ nothing: String) {
        let idle = Array(repeating: Array(nothing.utf8), count: 990 / nothing.utf8.count)
        let event = Array(GleanerScript.start.utf8)
        let limit = 1000 + event.count
        let broken = RemoteFailure.broken("an event of its stream is longer than \(limit) bytes")
        func read(_ pieces: [[UInt8]]) -> Reading<GenerationEvent> {
            Reading(GleanerAnswer(GleanerScript.expected()), pieces, maximumEventBytes: limit)
        }
        let patient = read(idle + [event] + idle)
        #expect(patient.elements.count == 1 && patient.failure != broken)
        #expect(read([event] + idle + idle + idle).failure == broken)
    }
}
