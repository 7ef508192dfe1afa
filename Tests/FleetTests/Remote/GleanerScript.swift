import Fleet
import JSON
import NIOHTTP1
import OpenAI

/// What a worker of ours says, written out.
enum GleanerScript {
    static let description =
        #"{"protocol":1,"id":"w-1","kind":"test","models":[{"id":"m","context_length":100,"max_sequences":4,"#
        + #""max_waiting":8,"kv_tokens":1024,"created":7,"quantization":"q8_0","vocab_size":1000,"new":true}],"#
        + #""profile":{"prefill_tokens_per_second":1000,"step_seconds":0.01},"prefix_chunk_tokens":64}"#

    /// Three prompt tokens; `resumed` goes on behind tokens of the answer.
    static func request(maxTokens: Int? = 10, resumed: [Int32] = []) -> GenerationRequest {
        var request = GenerationRequest(id: "cmpl-1", model: "m", prompt: .tokens([[1, 2, 3]]), maxTokens: maxTokens)
        request.sampling.seed = 42
        request.returnsTokenIDs = true
        request.resumed = resumed
        return request
    }

    static func expected(
        maxTokens: Int? = 10, resumed: [Int32] = [], topLogprobs: Int? = nil, stop: [String] = []
    ) -> ExpectedAnswer {
        var request = request(maxTokens: maxTokens, resumed: resumed)
        (request.topLogprobs, request.stop) = (topLogprobs, stop)
        return ExpectedAnswer(
            request, promptTokens: 3, model: KnownModel(contextLength: 100, vocabularySize: 1000))
    }

    // MARK: Events

    static func event(_ data: String) -> String { "data: \(data)\n\n" }

    static let opening = #"{"id":"cmpl-1","object":"text_completion","created":7,"model":"m","choices":["#
    static let start = event(
        opening + #"{"index":0,"text":"","token_ids":[],"logprobs":null,"finish_reason":null}],"#
            + #""gleaner":{"prompt_tokens":3,"cached_tokens":2}}"#)

    static func delta(_ text: String, _ ids: [Int32], shown: Int) -> String {
        event(
            opening
                + #"{"index":0,"text":\#(JSON.string(text).serialized()),"token_ids":\#(ids),"#
                .replacing(", ", with: ",")
                + #""logprobs":null,"finish_reason":null}],"gleaner":{"shown":\#(shown)}}"#)
    }

    static func finish(_ reason: String = "stop") -> String {
        event(
            opening + #"{"index":0,"text":"","token_ids":[],"logprobs":null,"finish_reason":"\#(reason)"}]}"#)
    }

    /// The end of an answer whose last text was held back.
    static func finish(_ text: String, _ ids: [Int32], shown: Int) -> String {
        delta(text, ids, shown: shown).replacing("\"finish_reason\":null", with: "\"finish_reason\":\"stop\"")
    }

    /// - Parameter work: what the worker says that it did, in front and in steps.
    static func usage(_ completion: Int, prompt: Int = 3, work: (Int, Int) = (3, 0)) -> String {
        event(
            opening + #"],"usage":{"prompt_tokens":\#(prompt),"completion_tokens":\#(completion),"total_tokens":9,"#
                + #""prompt_tokens_details":{"cached_tokens":2}},"#
                + #""gleaner":{"prefilled_tokens":\#(work.0),"generated_tokens":\#(work.1)}}"#)
    }

    static let done = event("[DONE]")

    /// An answer of four tokens, one of them half a character.
    static let answer = beginning + finish() + rest
    /// All but what is only for the books.
    static let beginning =
        start + delta("Hi \"you\"\n", [5, 6], shown: 2) + ": a comment\n\n" + delta("", [7], shown: 2)
        + delta("é\u{1F600}", [8], shown: 4)
    static let rest = usage(4, work: (3, 4)) + done
    static let answerEvents: [GenerationEvent] = [
        .started(promptTokens: 3, cachedTokens: 2),
        .delta(choice: 0, text: "Hi \"you\"\n", completionTokens: 2, tokenIDs: [5, 6]),
        .delta(choice: 0, text: "", completionTokens: 2, tokenIDs: [7]),
        .delta(choice: 0, text: "é\u{1F600}", completionTokens: 4, tokenIDs: [8]),
        .finished(choice: 0, reason: .stop, completionTokens: 4),
    ]
}

/// What a reader made of a stream.
struct Reading<Element: Sendable & Equatable>: Equatable {
    var elements: [Element] = []
    var failure: RemoteFailure?
    var isComplete = false

    /// Feeds the pieces of a body, one after the other, until the reader fails or is complete.
    init<Events: EventReading>(
        _ events: Events, _ pieces: [[UInt8]], status: Int = 200,
        headers: HTTPHeaders = ["content-type": "text/event-stream; charset=utf-8"], maximumEventBytes: Int = 1 << 20
    ) where Events.Element == Element {
        var reader = StreamedAnswer(events, maximumEventBytes: maximumEventBytes)
        do throws(RemoteFailure) {
            try reader.receive(
                HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers))
            for piece in pieces where !reader.isComplete {
                try piece.withUnsafeBufferPointer { piece throws(RemoteFailure) in
                    try reader.receive(UnsafeRawBufferPointer(piece), into: &elements)
                }
            }
            if !reader.isComplete { try reader.receiveEnd() }
        } catch {
            failure = error
        }
        isComplete = reader.isComplete
    }
}

extension Reading where Element == GenerationEvent {
    /// The reading of a stream of a worker of ours.
    init(gleaner text: String, _ expected: ExpectedAnswer = GleanerScript.expected()) {
        self.init(GleanerAnswer(expected), [Array(text.utf8)])
    }
}
