import Fleet
import NIOHTTP1
import OpenAI
import Testing

/// Workers that lie: each is broken, and what it said before counts.
@Suite struct HostileAnswerTests {
    private typealias Script = GleanerScript

    private static let streams: [(name: String, text: String)] = [
        ("JSON garbage", Script.start + Script.event("{\"id\":")),
        ("no JSON object", Script.start + Script.event("[1]")),
        ("a name twice", Script.start + Script.event(#"{"model":"m","model":"m","choices":[]}"#)),
        ("another model", Script.start.replacing("\"m\"", with: "\"n\"")),
        ("a token beyond the vocabulary", Script.start + Script.delta("x", [1000], shown: 1)),
        ("a negative token", Script.start + Script.delta("x", [-1], shown: 1)),
        ("a token of 64 bits", Script.start + Script.delta("x", [5], shown: 1).replacing("[5]", with: "[4294967297]")),
        ("no token", Script.start + Script.delta("x", [5], shown: 1).replacing("[5]", with: "[\"5\"]")),
        ("a broken token", Script.start + Script.delta("x", [5], shown: 1).replacing("[5]", with: "[5.5]")),
        (
            "counts that fall",
            Script.start + Script.delta("x", [5, 6], shown: 2) + Script.delta("y", [7], shown: 1)
        ),
        ("more shown than sent", Script.start + Script.delta("x", [5], shown: 2)),
        ("a negative count", Script.start + Script.delta("x", [5], shown: -1)),
        ("tokens after the finish", Script.start + Script.finish() + Script.delta("x", [5], shown: 1)),
        ("two finishes", Script.start + Script.finish() + Script.finish()),
        (
            "tokens after the usage",
            Script.start + Script.finish() + Script.usage(0) + Script.delta("x", [5], shown: 1)
        ),
        ("another choice", Script.start.replacing("\"index\":0", with: "\"index\":1")),
        ("two choices", Script.start.replacing("}],", with: "},{\"index\":0}],")),
        ("no start", Script.delta("x", [5], shown: 1)),
        ("two starts", Script.start + Script.start),
        ("another prompt", Script.start.replacing("\"prompt_tokens\":3", with: "\"prompt_tokens\":4")),
        ("no finish reason", Script.start + Script.done),
        ("no usage", Script.start + Script.finish() + Script.done),
        ("a usage before the finish", Script.start + Script.usage(0)),
        ("another usage", Script.start + Script.delta("x", [5], shown: 1) + Script.finish() + Script.usage(2)),
        ("an unknown finish reason", Script.start + Script.finish("tired")),
        ("more prefill than was sent", Script.start + Script.finish() + Script.usage(0, work: (4, 0))),
        ("endless prefill", Script.start + Script.finish() + Script.usage(0, work: (.max, 0))),
        (
            "more work than tokens",
            Script.start + Script.delta("x", [5], shown: 1) + Script.finish() + Script.usage(1, work: (3, 2))
        ),
        ("endless work", Script.start + Script.finish() + Script.usage(0, work: (3, .max))),
        (
            "more tokens than asked for",
            Script.start + Script.delta("x", Array(repeating: 5, count: 11), shown: 11)
        ),
        (
            "chunks without end",
            Script.start + String(repeating: Script.delta("", [], shown: 0), count: 1001)
        ),
        (
            "text without end",
            Script.start + String(repeating: Script.delta("x", [], shown: 0), count: 1001)
        ),
        ("endless text", Script.start + Script.delta(String(repeating: "x", count: 4097), [5], shown: 1)),
        (
            "text without a token",
            Script.start + Script.delta(String(repeating: "x", count: 4000), [5], shown: 1)
                + Script.delta(String(repeating: "x", count: 97), [], shown: 1)
        ),
        ("log probabilities that nobody asked for", Script.start + scored(1)),
        ("text that is no UTF-16", Script.start + Script.event("{\"choices\":[{\"text\":7}]}")),
    ]

    /// A token with its log probability and alternatives.
    private static func scored(_ count: Int, bytes: Int = 1) -> String {
        let token =
            #"{"token":"x","logprob":-1,"bytes":[\#(Array(repeating: "1", count: bytes).joined(separator: ","))]"#
        let top = Array(repeating: token + "}", count: count).joined(separator: ",")
        return Script.delta("x", [5], shown: 1).replacing(
            "\"logprobs\":null", with: #""logprobs":{"content":[\#(token),"top_logprobs":[\#(top)]}]}"#)
    }

    @Test(arguments: [(2, 1, true), (3, 1, false), (21, 1, false), (1, 4097, false)])
    func alternativesAreAsAskedFor(_ count: Int, _ bytes: Int, _ isTrue: Bool) {
        let text = Script.start + Self.scored(count, bytes: bytes) + Script.finish() + Script.usage(1) + Script.done
        #expect(Reading(gleaner: text, Script.expected(topLogprobs: 2)).isComplete == isTrue)
        let none = text.replacing("[5]", with: "[]").replacing("\"shown\":1", with: "\"shown\":0")
        #expect(!Reading(gleaner: none, Script.expected(topLogprobs: 2)).isComplete)
    }

    @Test(arguments: streams.indices)
    func liesAreBroken(_ place: Int) {
        let (name, text) = Self.streams[place]
        // The rest of a good answer behind the lie must not heal it.
        let reading = Reading(gleaner: text + Script.finish() + Script.usage(1) + Script.done)
        guard case .broken(let words) = reading.failure else {
            Issue.record("\(name): \(String(describing: reading.failure))")
            return
        }
        #expect(!words.isEmpty && !reading.isComplete)
    }

    /// What was resumed was prefill for this worker, and is none of its work.
    @Test(arguments: [(5, 1, true), (6, 1, false), (5, 2, false)])
    func workIsBoundedByWhatWasSent(_ prefilled: Int, _ generated: Int, _ isTrue: Bool) {
        let text = Script.start + Script.delta("x", [5], shown: 3) + Script.finish()
        let end = Script.usage(3, work: (prefilled, generated)) + Script.done
        #expect(Reading(gleaner: text + end, Script.expected(resumed: [8, 9])).isComplete == isTrue)
    }

    @Test func whatCameBeforeALieCounts() {
        let reading = Reading(gleaner: Script.start + Script.delta("x", [5], shown: 1) + Script.event("{"))
        #expect(
            reading.elements == [
                .started(promptTokens: 3, cachedTokens: 2),
                .delta(choice: 0, text: "x", completionTokens: 1, tokenIDs: [5]),
            ])
    }

    @Test(arguments: [
        (#"{"error":{"message":"stopping","type":"server_error","code":"draining"}}"#, RemoteFailure.draining),
        (
            #"{"error":{"message":"oh","type":"server_error","code":"internal_error"}}"#,
            .lost("it ended the stream with an error: oh")
        ),
        (#"{"error":{"message":"full","type":"rate_limit_error","code":null}}"#, .busy(retryAfterSeconds: 1)),
        (
            #"{"error":{"message":"too long","type":"invalid_request_error","param":"prompt","code":"long"}}"#,
            .refused(.invalid("too long", param: "prompt"))
        ),
        (#"{"error":"bell \u0007"}"#, .lost("it ended the stream with an error: bell  ")),
    ])
    func errorsInTheStream(_ data: String, _ failure: RemoteFailure) {
        #expect(Reading(gleaner: Script.start + Script.event(data)).failure == failure)
    }

    @Test func anythingButAStreamIsBroken() {
        let reading = Reading(
            GleanerAnswer(Script.expected()), [Array(Script.answer.utf8)], headers: ["content-type": "text/html"])
        #expect(
            reading.failure
                == .broken("it answered with the content type 'text/html', not with 'text/event-stream'"))
        #expect(reading.elements.isEmpty)
    }

    private static let body = #"{"error":{"message":"no","type":"t","param":"p","code":"insufficient_quota"}}"#
    private static let odd =
        #"{"error":{"message":"a\nb","type":"x","param":"p\u0007","code":"context_length_exceeded"}}"#
    private static let refusedAnswers: [(Int, String, RemoteFailure)] = [
        (400, body, .refused(.invalid("no", param: "p"))), (422, body, .refused(.invalid("no", param: "p"))),
        (400, odd, .refused(.invalid("a b", code: "context_length_exceeded"))),
        (402, body, .broken("it answered 402: no")), (408, body, .broken("it answered 408: no")),
        (413, body, .broken("it answered 413: no")), (409, "", .broken("it answered 409")),
        (400, "<html>", .broken("it answered 400")),
        (400, #"{"message":"no","type":"t"}"#, .refused(.invalid("no"))),
        (401, body, .broken("it refuses our token with status 401: no; check the token that is set for it")),
        (403, "", .broken("it refuses our token with status 403; check the token that is set for it")),
        (404, body, .broken("it answered 404: no; check its address and that it serves the model")),
        (429, body, .busy(retryAfterSeconds: 7)),
        (500, body, .lost("it answered 500: no")),
        (503, #"{"error":{"message":"no","code":"draining"}}"#, .draining),
        (503, #"{"detail":"loading"}"#, .lost("it answered 503: loading")),
        (302, "", .broken("it answered 302")),
        (204, "", .broken("it answered 204")),
    ]

    @Test(arguments: refusedAnswers.indices)
    func refusals(_ place: Int) {
        let (status, body, failure) = Self.refusedAnswers[place]
        let pieces = body.utf8.map { [$0] }
        let reading = Reading(
            GleanerAnswer(Script.expected()), pieces, status: status, headers: ["retry-after": "7"])
        #expect(reading.failure == failure)
    }

    @Test func anEndlessRefusalIsBroken() {
        let reading = Reading(
            GleanerAnswer(Script.expected()), Array(repeating: Array(repeating: 0x20, count: 1 << 10), count: 65),
            status: 500)
        #expect(reading.failure == .broken("its answer is longer than 65536 bytes"))
    }
}
