import OpenAI
import Testing

@Suite struct SequenceNewsWriterTests {
    private func news(
        _ events: [GenerationEvent], hasLogprobs: Bool = false, totals: GenerationTotals? = nil
    ) throws -> [SequenceNews.Event] {
        var (writer, frames) = (SequenceNewsWriter(sequence: 7, hasLogprobs: hasLogprobs), FrameWriter())
        frames.begin(.news)
        for event in events { try writer.append(event, to: &frames) }
        try writer.appendEnd(totals, to: &frames)
        frames.end()
        var stream = FrameStream()
        try stream.read(frames.bytes)
        #expect(stream.news.allSatisfy { $0.sequence == 7 })
        return stream.news.map(\.event)
    }

    @Test func tokensGoOutAsTheyComeAndWhatIsHeldBackWithTheReason() throws {
        let token = GeneratedToken(token: ScoredToken(id: 1, bytes: [65], logprob: -1))
        let events: [GenerationEvent] = [
            .started(promptTokens: 3, cachedTokens: 9),
            .delta(choice: 0, text: "a", completionTokens: 1, tokens: [token], tokenIDs: [1]),
            .served(choice: 0, by: ServingWorker(id: "w", pool: "p")),
            .delta(choice: 0, text: "", completionTokens: 1, tokenIDs: [2]),
            .delta(choice: 0, text: "b", completionTokens: 3),
            .delta(choice: 0, text: "", completionTokens: 3, tokenIDs: [3]),
            .finished(choice: 0, reason: .stop, completionTokens: 3),
        ]
        let expected: [SequenceNews.Event] = [
            .started(promptTokens: 3, cachedTokens: 3), .progress(.init(ids: [1], text: "a", shown: 1)),
            .progress(.init(ids: [2], shown: 1)), .progress(.init(ids: [3], text: "b", shown: 3, finish: .stop)),
            .done(completionTokens: 3, share: nil),
        ]
        #expect(try news(events) == expected)
        let scored = try news(events, hasLogprobs: true)
        #expect(scored[1] == .progress(.init(ids: [1], text: "a", shown: 1, tokens: [token])))
    }

    @Test func theReasonAloneShowsNoMoreThanBefore() throws {
        let all = try news(
            [
                .started(promptTokens: 1, cachedTokens: 0),
                .delta(choice: 0, text: "", completionTokens: 0, tokenIDs: [4]),
                .finished(choice: 0, reason: .length, completionTokens: 1),
            ], totals: GenerationTotals(prefilledTokens: 1, generatedTokens: 2))
        #expect(all[2] == .progress(.init(shown: 0, finish: .length)))
        #expect(all[3] == .done(completionTokens: 1, share: .init(prefilledTokens: 1, generatedTokens: 2)))
    }

    /// A worker that breaks its contract is found out here, before a gateway is told anything of it.
    @Test func whatCannotBeIsThrown() {
        #expect(throws: APIError.self) { try news([.delta(choice: 1, text: "a", completionTokens: 1, tokenIDs: [1])]) }
        #expect(throws: APIError.self) { try news([.started(promptTokens: 1, cachedTokens: 0)]) }
    }
}
