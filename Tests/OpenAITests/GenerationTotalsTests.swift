import OpenAI
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct GenerationTotalsTests {
    private static let totals = GenerationTotals(prefilledTokens: 3, generatedTokens: 5)

    @Test func comeWithTheLastWordAndToEverybody() async throws {
        let (stream, continuation) = GenerationStream.makeStream()
        async let early = stream.totals()
        async let second = stream.totals()
        continuation.finish()
        continuation.release(Self.totals)
        continuation.release(GenerationTotals())
        #expect(await early == Self.totals)
        #expect(await second == Self.totals)
        #expect(await stream.totals() == Self.totals, "also to those who ask late")
    }

    @Test func comeAfterCancelAndAfterFailure() async throws {
        let (stream, continuation) = GenerationStream.makeStream()
        continuation.onCancel { continuation.release(Self.totals) }
        stream.cancel()
        #expect(await stream.totals() == Self.totals)

        let (failing, end) = GenerationStream.makeStream()
        end.finish(throwing: APIError.internalFailure)
        end.release(Self.totals)
        await #expect(throws: APIError.internalFailure) { try await failing.nextBatch() }
        #expect(await failing.totals() == Self.totals)
    }

    /// A worker that is gone keeps nobody waiting.
    @Test func areNilWhenTheWorkerGoesWithoutAWord() async throws {
        let stream: GenerationStream
        do {
            let (made, continuation) = GenerationStream.makeStream()
            stream = made
            continuation.yield(.started(promptTokens: 1, cachedTokens: 0))
        }
        #expect(await stream.totals() == nil)
        #expect(try await stream.nextBatch() == [.started(promptTokens: 1, cachedTokens: 0)])
        await #expect(throws: APIError.internalFailure) { try await stream.nextBatch() }
    }

    // MARK: What a client that leaves has had

    /// Wherever a reader stops, the usage so far is the sum of what each choice has shown.
    @Test(arguments: 0..<50) func usageFollowsTheDeltas(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let events = randomEvents(numChoices: 3, using: &random)
        var progress = GenerationProgress(numChoices: 3)
        var shown = [0, 0, 0]
        for event in events {
            try progress.note(event)
            switch event {
            case .started, .served: break
            case .delta(let choice, _, let count, _, _), .finished(let choice, _, let count): shown[choice] = count
            }
            #expect(progress.usage.completionTokens == shown.reduce(0, +))
        }
    }

    @Test(
        arguments: [
            [.delta(choice: 0, text: "a", completionTokens: 2), .delta(choice: 0, text: "b", completionTokens: 1)],
            [
                .delta(choice: 0, text: "a", completionTokens: 2),
                .finished(choice: 0, reason: .stop, completionTokens: 1),
            ],
            [.delta(choice: 0, text: "a", completionTokens: -1)],
            [.started(promptTokens: -1, cachedTokens: 0)], [.started(promptTokens: 1, cachedTokens: -1)],
            [.delta(choice: 0, text: "", completionTokens: .max), .delta(choice: 1, text: "", completionTokens: 1)],
        ] as [[GenerationEvent]]) func countsThatCannotBeAreFaults(events: [GenerationEvent])
    {
        var progress = GenerationProgress(numChoices: 2)
        #expect(throws: APIError.internalFailure) {
            for event in events { try progress.note(event) }
        }
    }
}
