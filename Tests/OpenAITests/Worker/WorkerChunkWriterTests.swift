import JSON
import OpenAI
import TestSupport
import Testing

@Suite struct WorkerChunkWriterTests {
    private func request(_ members: String = "") throws -> CompletionRequest {
        let body = Array(#"{"model":"m","prompt":[1],"stream":true,"return_token_ids":true\#(members)}"#.utf8)
        return try body.withUnsafeBytes { try CompletionRequest(worker: $0, id: "id-1") }
    }

    private func text(
        _ events: [GenerationEvent], _ members: String = "", totals: GenerationTotals? = nil
    ) throws -> String {
        var writer = WorkerChunkWriter(request: try request(members), head: head)
        var bytes: [UInt8] = []
        for event in events { try writer.append(event, to: &bytes) }
        try writer.appendEnd(totals, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func golden() throws {
        let opening =
            #"data: {"id":"chatcmpl-1","object":"text_completion","created":1700,"model":"demo \"x\"","#
            + #""system_fingerprint":"fp_t","choices":["#
        let choice = opening + #"{"index":0,"text":"#
        let expected = [
            choice + #""","token_ids":[],"logprobs":null,"finish_reason":null}],"usage":null,"#
                + #""gleaner":{"prompt_tokens":5,"cached_tokens":4}}"#,
            choice + #""","token_ids":[7],"logprobs":null,"finish_reason":null}],"usage":null,"gleaner":{"shown":2}}"#,
            choice + #""\"é","token_ids":[8,2147483647],"logprobs":null,"finish_reason":null}],"usage":null,"#
                + #""gleaner":{"shown":5}}"#,
            choice + #""","token_ids":[],"logprobs":null,"finish_reason":"stop"}],"usage":null}"#,
            opening + #"],"usage":{"prompt_tokens":5,"completion_tokens":6,"total_tokens":11,"#
                + #""prompt_tokens_details":{"cached_tokens":4}},"#
                + #""gleaner":{"prefilled_tokens":5,"generated_tokens":3}}"#,
            "data: [DONE]", "",
        ]
        let events: [GenerationEvent] = [
            .started(promptTokens: 5, cachedTokens: 4),
            .delta(choice: 0, text: "", completionTokens: 2, tokenIDs: [7]),
            .delta(choice: 0, text: "\"é", completionTokens: 5, tokenIDs: [8, .max]),
            .finished(choice: 0, reason: .stop, completionTokens: 6),
        ]
        let totals = GenerationTotals(prefilledTokens: 5, generatedTokens: 3)
        let written = try text(events, #","stream_options":{"include_usage":true}"#, totals: totals)
        #expect(written == expected.joined(separator: "\n\n"))
    }

    /// What was held back to the end, the token that ended the answer and the reason are one chunk: whoever is cut off
    /// has all of it or nothing.
    @Test(arguments: [[(" of", []), ("", [3])], [("", []), ("", [3])], [(" of", [Int32]())]])
    func theEndIsOneChunk(_ last: [(text: String, ids: [Int32])]) throws {
        var events: [GenerationEvent] = [
            .started(promptTokens: 5, cachedTokens: 0),
            .delta(choice: 0, text: "a", completionTokens: 1, tokenIDs: [7]),
        ]
        events += last.map { .delta(choice: 0, text: $0.text, completionTokens: 3, tokenIDs: $0.ids) }
        let read = try chunks(try text(events + [.finished(choice: 0, reason: .stop, completionTokens: 3)]))
        #expect(read.count == 3 && read[1]["choices"]?.array?.first?["finish_reason"] == .null)
        let end = try #require(read[2]["choices"]?.array?.first)
        #expect(end["text"] == .string(last[0].text) && end["finish_reason"] == "stop")
        #expect(end["token_ids"] == .array(last.flatMap(\.ids).map { .int(Int($0)) }))
        #expect(read[2]["gleaner"] == ["shown": 3])
    }

    /// Whatever the events are, their ids, texts and counts come out in their order.
    @Test(arguments: 0..<20 as Range<UInt64>) func everythingComesOut(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var events = randomEvents(numChoices: 1, using: &generator)
        var sent: [Int32] = []
        for place in events.indices {
            guard case .delta(_, let text, let shown, let tokens, _) = events[place] else { continue }
            let ids = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                Int32.random(in: 0...Int32.max, using: &generator)
            }
            sent += ids
            events[place] = .delta(choice: 0, text: text, completionTokens: shown, tokens: tokens, tokenIDs: ids)
        }
        let read = try chunks(try text(events))
        #expect(
            read.flatMap { $0["choices"]?.array?.first?["token_ids"]?.array ?? [] }.map(\.int) == sent.map(Int.init))
        let written = try chunks(eventText(try parse(.completions, #"{"model":"m","prompt":"x"}"#), events))
        let joined = { (chunks: [JSON]) in chunks.map { $0["choices"]?.array?.first?["text"]?.string ?? "" }.joined() }
        #expect(joined(read) == joined(written))
        #expect(read.count == events.count && read.allSatisfy { $0["usage"] == nil })
    }

    /// The form of chats, for a token may be a part of a character.
    @Test func logprobsKeepTheBytes() throws {
        let half = ScoredToken(id: 9, bytes: [0xC3], logprob: -0.5)
        let events: [GenerationEvent] = [
            .started(promptTokens: 1, cachedTokens: 0),
            .delta(
                choice: 0, text: "", completionTokens: 0, tokens: [GeneratedToken(token: half, top: [half])],
                tokenIDs: [9]), .finished(choice: 0, reason: .length, completionTokens: 1),
        ]
        let read = try chunks(try text(events, #","logprobs":1"#))
        let row = read[1]["choices"]?.array?.first?["logprobs"]?["content"]?.array?.first
        #expect(row?["bytes"] == [0xC3] && row?["top_logprobs"]?.array?.first?["logprob"] == -0.5)
        #expect(read[0]["choices"]?.array?.first?["logprobs"] == .null)
    }

    @Test func aBrokenOrderIsAnError() throws {
        var writer = WorkerChunkWriter(request: try request(), head: head)
        var bytes: [UInt8] = []
        #expect(throws: APIError.internalFailure) { try writer.appendEnd(nil, to: &bytes) }
        try writer.append(.finished(choice: 0, reason: .stop, completionTokens: 3), to: &bytes)
        for event in [
            GenerationEvent.delta(choice: 0, text: "x", completionTokens: 4),
            .delta(choice: 1, text: "x", completionTokens: 1),
        ] {
            #expect(throws: APIError.internalFailure) { try writer.append(event, to: &bytes) }
        }
    }
}
