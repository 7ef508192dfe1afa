import LoadGenerator
import TestSupport
import Testing

@Suite struct SummaryTests {
    private func sample(
        sent: Double, texts: [Double], ended: Double, output: Int? = nil, outcome: Sample.Outcome = .completed
    ) -> Sample {
        var sample = Sample(sent: sent)
        sample.textTimes = texts
        sample.ended = ended
        sample.usage = output.map { TokenUsage(promptTokens: 10, cachedTokens: 2, outputTokens: $0) }
        sample.outcome = outcome
        return sample
    }

    @Test func numbersFollowFromTheStamps() throws {
        let summary = Summary(
            [
                sample(sent: 1, texts: [2, 3, 5], ended: 6, output: 5),
                sample(sent: 2, texts: [4, 4.5], ended: 5),
                sample(sent: 0.5, texts: [7], ended: 9, output: 70, outcome: .failed(.timeout)),
                sample(sent: 0, texts: [1], ended: 30, output: 700, outcome: .unfinished),
            ], planned: 10)
        #expect([summary.numCompleted, summary.numFailed, summary.numUnfinished] == [2, 1, 7])
        #expect([summary.promptTokens, summary.cachedTokens, summary.outputTokens] == [10, 2, 5 + 2])
        #expect([summary.textChunks, summary.numWithoutUsage] == [5, 1])
        #expect(summary.durationSeconds == 8.5, "from 0.5 to 9: a failed request took its time, an unfinished did not")
        #expect(summary.outputTokensPerSecond == 7 / 8.5 && summary.requestsPerSecond == 2 / 8.5)
        #expect(summary.totalTokensPerSecond == 17 / 8.5)
        #expect(summary.timeToFirstToken == Distribution([1000, 2000]))
        #expect(summary.timePerOutputToken == Distribution([(5 - 1) * 1000 / 4, (3 - 2) * 1000 / 1]))
        #expect(summary.interTokenLatency == Distribution([1000, 2000, 500]))
        #expect(summary.endToEnd == Distribution([5000, 3000]))
        #expect(summary.streamSpeed == Distribution([1, 2.0 / 3]))
        #expect(summary.startDelay == nil)
    }

    @Test func aRunWithoutTimeOrAnswersHasNoSpeedAndNoNaN() {
        let empty = Summary([], planned: 3)
        #expect(empty.numUnfinished == 3 && empty.durationSeconds == 0 && empty.outputTokensPerSecond == 0)
        #expect(empty.timeToFirstToken == nil && empty.endToEnd == nil)
        let instant = Summary([sample(sent: 1, texts: [1], ended: 1, output: 1)], planned: 1)
        #expect(instant.outputTokensPerSecond == 0 && instant.streamSpeed == nil && instant.timePerOutputToken == nil)
        let silent = Summary([sample(sent: 1, texts: [], ended: 2)], planned: 1)
        #expect(silent.numCompleted == 1 && silent.timeToFirstToken == nil && silent.outputTokens == 0)
    }

    @Test func failuresAreCountedByKindWithTheFirstAsExample() {
        let failures: [RequestFailure] = [
            .timeout, .status(429, message: "slow"), .status(500, message: ""), .status(429, message: "down"),
        ]
        let summary = Summary(failures.map { sample(sent: 0, texts: [], ended: 1, outcome: .failed($0)) }, planned: 4)
        #expect(summary.failures.map(\.kind) == ["http_429", "http_500", "timeout"])
        #expect(summary.failures.map(\.count) == [2, 1, 1])
        #expect(summary.failures.first?.example == "the server answered 429: slow")
    }

    @Test func theOrderOfSamplesDoesNotMatter() {
        var random = SeededGenerator(seed: 12)
        let samples = (0..<50).map { _ in
            let sent = Double(Int.random(in: 0...100, using: &random))
            return sample(sent: sent, texts: [sent + 1, sent + 2], ended: sent + 4, output: 3)
        }
        #expect(Summary(samples, planned: 50) == Summary(samples.shuffled(using: &random), planned: 50))
    }
}
