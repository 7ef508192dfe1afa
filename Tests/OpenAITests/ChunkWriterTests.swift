import JSON
import OpenAI
import TestSupport
import Testing

@Suite struct ChunkWriterTests {
    static let script: [GenerationEvent] = [
        .started(promptTokens: 5, cachedTokens: 4), .delta(choice: 0, text: "He said \"hi\"\n", completionTokens: 1),
        .delta(choice: 0, text: "", completionTokens: 1), .delta(choice: 0, text: "😀", completionTokens: 1),
        .finished(choice: 0, reason: .stop, completionTokens: 6),
    ]

    @Test func chatGolden() throws {
        let opening =
            #"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700,"model":"demo \"x\"","#
            + #""system_fingerprint":"fp_t","choices":[{"index":0,"#
        let expected = [
            opening + #""delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}"#,
            opening + #""delta":{"content":"He said \"hi\"\n"},"logprobs":null,"finish_reason":null}]}"#,
            opening + #""delta":{"content":"😀"},"logprobs":null,"finish_reason":null}]}"#,
            opening + #""delta":{},"logprobs":null,"finish_reason":"stop"}]}"#, "data: [DONE]", "",
        ]
        #expect(try eventText(chat(#","stream":true"#), Self.script) == expected.joined(separator: "\n\n"))
    }

    @Test func completionGolden() throws {
        let request = try parse(.completions, #"{"model":"m","prompt":"x","stream":true}"#)
        let opening =
            #"data: {"id":"chatcmpl-1","object":"text_completion","created":1700,"model":"demo \"x\"","#
            + #""system_fingerprint":"fp_t","choices":[{"index":0,"text":"#
        let expected = [
            opening + #""He said \"hi\"\n","logprobs":null,"finish_reason":null}]}"#,
            opening + #""😀","logprobs":null,"finish_reason":null}]}"#,
            opening + #""","logprobs":null,"finish_reason":"stop"}]}"#, "data: [DONE]", "",
        ]
        #expect(try eventText(request, Self.script) == expected.joined(separator: "\n\n"))
    }

    /// `usage` is null in every chunk but one more at the end, whose `choices` is empty.
    @Test func usageChunk() throws {
        let all = try chunks(
            eventText(chat(#","stream":true,"stream_options":{"include_usage":true}"#), Self.script))
        let last = try #require(all.last)
        #expect(all.dropLast().allSatisfy { $0.object?["usage"] == .null && $0["choices"]?.array?.count == 1 })
        #expect(last["choices"] == [])
        #expect(
            last["usage"]?.serialized()
                == #"{"prompt_tokens":5,"completion_tokens":6,"total_tokens":11,"prompt_tokens_details":{"cached_tokens":4}}"#
        )
        #expect(
            Set(all.map { [$0["id"], $0["created"], $0["model"], $0["system_fingerprint"]].description }).count == 1)
    }

    @Test func noUsageUnasked() throws {
        let all = try chunks(eventText(chat(#","stream":true"#), Self.script))
        #expect(all.allSatisfy { $0.object?["usage"] == nil && $0["choices"]?.array?.count == 1 })
    }

    /// However choices interleave: the role comes in the first delta of each and nowhere else, its texts join to
    /// what the whole answer says, and one finish ends it.
    @Test(arguments: 0..<200) func streamAndAnswerAgree(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let numChoices = Int.random(in: 1...4, using: &generator)
        let events = randomEvents(numChoices: numChoices, using: &generator)
        let endpoint: Endpoint = seed.isMultiple(of: 2) ? .chatCompletions : .completions
        let request = try Self.request(endpoint, n: numChoices)
        let all = try chunks(eventText(request, events))
        var collector = AnswerCollector(request: request, head: head)
        for event in events { try collector.append(event) }
        let answer = try JSON.parse(collector.body())
        #expect(answer["usage"] == all.last?["usage"])
        let choices = try #require(answer["choices"]?.array)
        #expect(choices.count == numChoices)
        for (index, choice) in choices.enumerated() {
            try check(all.filter { $0["choices"]?.array?.first?["index"]?.int == index }, against: choice, endpoint)
        }
    }

    private func check(_ chunks: [JSON], against choice: JSON, _ endpoint: Endpoint) throws {
        let parts = chunks.compactMap { $0["choices"]?.array?.first }
        let roles = parts.map { $0["delta"]?["role"] }
        let texts = parts.map { ($0["delta"]?["content"] ?? $0["text"])?.string ?? "" }
        #expect(parts.map { $0["finish_reason"] }.filter { $0 != .null } == [choice["finish_reason"]])
        #expect(parts.last?["finish_reason"] == choice["finish_reason"])
        if endpoint == .chatCompletions {
            #expect(roles.first == "assistant" && roles.dropFirst().allSatisfy { $0 == nil })
            #expect(choice["message"]?["content"]?.string == texts.joined())
        } else {
            #expect(choice["text"]?.string == texts.joined())
        }
        let streamed = parts.flatMap {
            $0["logprobs"]?["content"]?.array ?? $0["logprobs"]?["text_offset"]?.array ?? []
        }
        let whole = choice["logprobs"]?["content"]?.array ?? choice["logprobs"]?["text_offset"]?.array
        #expect(streamed == whole)
    }

    private static func request(_ endpoint: Endpoint, n: Int) throws -> CompletionRequest {
        let members = #""n":\#(n),"stream":true,"stream_options":{"include_usage":true}"#
        return switch endpoint {
        case .chatCompletions: try chat(#","logprobs":true,"top_logprobs":1,\#(members)"#)
        case .completions: try parse(.completions, #"{"model":"m","prompt":"x","logprobs":1,\#(members)}"#)
        }
    }

    // MARK: Broken streams

    @Test func unfinishedChoiceIsAnError() throws {
        let request = try chat(#","n":2"#)
        #expect(throws: APIError.internalFailure) { try eventText(request, Self.script) }
        var collector = AnswerCollector(request: request, head: head)
        for event in Self.script { try collector.append(event) }
        #expect(throws: APIError.internalFailure) { try collector.body() }
    }

    @Test(arguments: [
        GenerationEvent.delta(choice: 1, text: "x", completionTokens: 1),
        .delta(choice: -1, text: "x", completionTokens: 1), .delta(choice: 0, text: "late", completionTokens: 1),
        .finished(choice: 0, reason: .stop, completionTokens: 1),
    ]) func eventsOutsideTheContractAreErrors(_ event: GenerationEvent) throws {
        var writer = try ChunkWriter(request: chat(), head: head)
        var bytes: [UInt8] = []
        for event in Self.script { try writer.append(event, to: &bytes) }
        #expect(throws: APIError.internalFailure) { try writer.append(event, to: &bytes) }
    }

    @Test func errorEvent() {
        var bytes: [UInt8] = []
        ChunkWriter.append(.overloaded(retryAfterSeconds: 3), to: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                data: {"error":{"message":"The server is at its limit; try again in 3 s.","type":"rate_limit_error",\
                "param":null,"code":"server_is_overloaded"}}\n\n
                """)
    }
}
