import JSON
import OpenAI
import Testing

@Suite struct ServiceTierTests {
    @Test(arguments: ["auto", "default", "flex", "priority", "batch"], [Endpoint.chatCompletions, .completions])
    func everyTierCanBeAskedFor(name: String, endpoint: Endpoint) throws {
        let body = #"{"model":"m","messages":[{"role":"user","content":"x"}],"service_tier":"\#(name)"}"#
        let other = #"{"model":"m","prompt":"x","service_tier":"\#(name)"}"#
        let text = endpoint == .chatCompletions ? body : other
        let request = try CompletionRequest(endpoint: endpoint, body: JSON.parse(text), id: "i")
        #expect(request.requestedTier?.rawValue == name)
    }

    @Test func noTierIsNone() throws {
        #expect(try chat().requestedTier == nil && chat(#","service_tier":null"#).requestedTier == nil)
    }

    /// The tier really used stands in whole answers and in every chunk, and nowhere when nobody knows it.
    @Test(arguments: [nil, "flex"]) func answersSayTheTierUsed(tier: String?) throws {
        var head = head
        head.serviceTier = tier
        let request = try chat(#","stream":true,"stream_options":{"include_usage":true}"#)
        let events: [GenerationEvent] = [
            .started(promptTokens: 1, cachedTokens: 0), .delta(choice: 0, text: "a", completionTokens: 1),
            .finished(choice: 0, reason: .stop, completionTokens: 1),
        ]
        var writer = ChunkWriter(request: request, head: head)
        var collector = AnswerCollector(request: request, head: head)
        var bytes: [UInt8] = []
        for event in events {
            try writer.append(event, to: &bytes)
            try collector.append(event)
        }
        try writer.appendEnd(to: &bytes)
        let answers = try chunks(String(decoding: bytes, as: UTF8.self)) + [JSON.parse(collector.body())]
        #expect(answers.count == 5)
        for answer in answers { #expect(answer["service_tier"]?.string == tier) }
        for answer in answers { #expect(answer.object?.contains("service_tier") == (tier != nil)) }
    }
}
