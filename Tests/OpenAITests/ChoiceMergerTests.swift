import OpenAI
import Testing

@Suite(.timeLimit(.minutes(10))) struct ChoiceMergerTests {
    /// Choices come on many threads: `started` is first, and each choice's events keep their order.
    @Test(arguments: 0..<20) func choicesKeepTheirOrder(round: Int) async throws {
        let (prompts, choicesPerPrompt, deltas) = (3, 4, 50)
        let (stream, continuation) = GenerationStream.makeStream()
        let merger = ChoiceMerger(
            prompts: prompts, promptTokens: 30, choicesPerPrompt: choicesPerPrompt, to: continuation)
        for choice in 0..<prompts * choicesPerPrompt {
            Task.detached {
                merger.started(choice, cachedTokens: choice)
                for count in 1...deltas {
                    merger.send([.delta(choice: choice, text: "\(count) ", completionTokens: count)])
                }
                merger.send([.finished(choice: choice, reason: .stop, completionTokens: deltas)])
                merger.finished()
                merger.released(GenerationTotals(prefilledTokens: 1, generatedTokens: deltas))
            }
        }
        var progress = GenerationProgress(numChoices: prompts * choicesPerPrompt)
        var isFirst = true
        for try await event in stream {
            // The first choice of each prompt tells its cached tokens.
            if isFirst { #expect(event == .started(promptTokens: 30, cachedTokens: 0 + 4 + 8)) }
            isFirst = false
            try progress.note(event)  // throws when a count falls
        }
        #expect(progress.isComplete && progress.usage.completionTokens == 12 * deltas)
        #expect(await stream.totals() == GenerationTotals(prefilledTokens: 12, generatedTokens: 12 * deltas))
    }

    @Test func sumsThatDoNotFitAreTheLargestNumber() async throws {
        let (stream, continuation) = GenerationStream.makeStream()
        let merger = ChoiceMerger(prompts: 1, promptTokens: 1, choicesPerPrompt: 2, to: continuation)
        let share = GenerationTotals.Share(prefilledTokens: .max, generatedTokens: .max)
        for _ in 0..<2 {
            merger.released(GenerationTotals(prefilledTokens: .max, generatedTokens: .max, shares: ["w": share]))
        }
        #expect(
            await stream.totals()
                == GenerationTotals(prefilledTokens: .max, generatedTokens: .max, shares: ["w": share]))
    }
}
