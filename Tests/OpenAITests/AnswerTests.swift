import JSON
import OpenAI
import Testing

@Suite struct AnswerTests {
    private func answer(_ request: CompletionRequest, _ events: [GenerationEvent]) throws -> String {
        var collector = AnswerCollector(request: request, head: head)
        for event in events { try collector.append(event) }
        return String(decoding: try collector.body(), as: UTF8.self)
    }

    @Test func chatGolden() throws {
        #expect(
            try answer(chat(), ChunkWriterTests.script) == """
                {"id":"chatcmpl-1","object":"chat.completion","created":1700,"model":"demo \\"x\\"",\
                "system_fingerprint":"fp_t","choices":[{"index":0,"message":{"role":"assistant",\
                "content":"He said \\"hi\\"\\n😀","refusal":null},"logprobs":null,"finish_reason":"stop"}],\
                "usage":{"prompt_tokens":5,"completion_tokens":6,"total_tokens":11,\
                "prompt_tokens_details":{"cached_tokens":4}}}
                """)
    }

    @Test func completionGolden() throws {
        let request = try parse(.completions, #"{"model":"m","prompt":["x","y"]}"#)
        let events = ChunkWriterTests.script + [.finished(choice: 1, reason: .length, completionTokens: 16)]
        #expect(
            try answer(request, events) == """
                {"id":"chatcmpl-1","object":"text_completion","created":1700,"model":"demo \\"x\\"",\
                "system_fingerprint":"fp_t","choices":[{"index":0,"text":"He said \\"hi\\"\\n😀","logprobs":null,\
                "finish_reason":"stop"},{"index":1,"text":"","logprobs":null,"finish_reason":"length"}],\
                "usage":{"prompt_tokens":5,"completion_tokens":22,"total_tokens":27,\
                "prompt_tokens_details":{"cached_tokens":4}}}
                """)
    }

    static let half = ScoredToken(id: 3, bytes: [0xC3], logprob: -.infinity)
    static let word = ScoredToken(id: 4, bytes: Array(" hé".utf8), logprob: -0.25)
    static let tokens: [GenerationEvent] = [
        .started(promptTokens: 1, cachedTokens: 0),
        .delta(
            choice: 0, text: " hé", completionTokens: 3,
            tokens: [
                GeneratedToken(token: word, top: [word, half]), GeneratedToken(token: half, top: [half, half]),
                GeneratedToken(token: word),
            ]),
        .finished(choice: 0, reason: .stop, completionTokens: 3),
    ]

    @Test func chatLogprobsGolden() throws {
        let text = try answer(chat(#","logprobs":true,"top_logprobs":2"#), Self.tokens)
        let word = #"{"token":" hé","logprob":-0.25,"bytes":[32,104,195,169]"#
        let half = #"{"token":"�","logprob":-9999.0,"bytes":[195]"#
        let content = [
            #"\#(word),"top_logprobs":[\#(word)},\#(half)}]}"#, #"\#(half),"top_logprobs":[\#(half)},\#(half)}]}"#,
            #"\#(word),"top_logprobs":[]}"#,
        ]
        #expect(text.contains(#""logprobs":{"content":[\#(content.joined(separator: ","))],"refusal":null},"#))
    }

    @Test func completionLogprobsGolden() throws {
        let request = try parse(.completions, #"{"model":"m","prompt":"x","logprobs":2}"#)
        let expected =
            #""logprobs":{"tokens":[" hé","�"," hé"],"token_logprobs":[-0.25,-9999.0,-0.25],"#
            + #""top_logprobs":[{" hé":-0.25,"�":-9999.0},{"�":-9999.0},{}],"text_offset":[0,3,4]},"#
        #expect(try answer(request, Self.tokens).contains(expected))
    }

    /// Tokens that come unasked are not shown.
    @Test func noLogprobsUnasked() throws {
        #expect(try answer(chat(), Self.tokens).contains(#""logprobs":null"#))
    }

    /// Whoever went on with the answer in its own way is told of; what goes on exactly is nobody's business.
    @Test(arguments: Beginning.allCases) func aDegradedAnswerSaysSo(_ began: Beginning) throws {
        let moves = [Beginning.first, began, .exact].map {
            GenerationEvent.served(choice: 0, by: ServingWorker(id: "w", pool: "p", began: $0))
        }
        let events = ChunkWriterTests.script.prefix(1) + moves + ChunkWriterTests.script.dropFirst()
        let expected: JSON? = began == .tokens || began == .text ? ["resumed_by": .string(began.rawValue)] : nil
        #expect(try JSON.parse(answer(chat(), Array(events)))["usage"]?["gleaner"] == expected)
        let request = try chat(#","stream":true,"stream_options":{"include_usage":true}"#)
        #expect(try chunks(eventText(request, Array(events))).last?["usage"]?["gleaner"] == expected)
    }

    @Test func errorBodyHasAllFourKeys() throws {
        let error = try #require(JSON.parse(APIError.modelNotFound("x\"y").body)["error"]?.object)
        #expect(error.keys == ["message", "type", "param", "code"])
        #expect(error["param"] == "model" && error["code"] == "model_not_found")
        #expect(error["message"]?.string?.contains("x\"y") == true)
        let failure = try #require(JSON.parse(APIError.internalFailure.body)["error"]?.object)
        #expect(failure["param"] == .null && failure["code"] == "internal_error")
    }

    /// Clients look for these words and both numbers.
    @Test func contextOverflowSaysBothNumbers() {
        let error = APIError.contextLengthExceeded(
            promptTokens: 5000, maxTokens: 200, limit: 4096, promptParam: "messages")
        #expect(error.status == 400 && error.code == "context_length_exceeded")
        #expect(error.message.contains("maximum context length is 4096 tokens"))
        #expect(error.message.contains("5000") && error.message.contains("200"))
    }
}
