import LoadGenerator
import Testing

@Suite struct StreamRecorderTests {
    /// What is measured when `pieces` arrive at their times and the stream then ends properly.
    private func sample(_ pieces: [(Double, [UInt8])], maxTokens: Int = 8, end: Double = 99) -> Sample {
        var recorder = StreamRecorder(due: 9, sent: 10, maxTokens: maxTokens)
        do throws(RequestFailure) {
            for (time, bytes) in pieces { try recorder.receive(bytes, at: time) }
            try recorder.finish()
        } catch {
            return recorder.sample(after: error, at: end)
        }
        return recorder.sample(after: nil, at: end)
    }

    @Test func timesAreThoseOfTextAndOfTheLastEvent() {
        let sample = sample([
            (11, Chunks.role), (12, Chunks.text()), (14, Chunks.text() + Chunks.text()), (15, Chunks.finish),
            (16, Chunks.usage(prompt: 5, output: 6, cached: 4)), (17, Chunks.done), (20, Array(": bye\n\n".utf8)),
        ])
        #expect(sample.outcome == .completed)
        #expect(sample.textTimes == [12, 14, 14] && sample.ended == 17)
        #expect(sample.usage == TokenUsage(promptTokens: 5, cachedTokens: 4, outputTokens: 6))
        #expect(sample.timeToFirstToken == 2 && sample.endToEnd == 7 && sample.startDelay == 1)
        #expect(sample.timePerOutputToken == 1, "(7 − 2) / (6 − 1)")
        #expect(Array(sample.interTokenLatencies) == [2, 0])
        #expect(sample.tokensPerSecond == 6.0 / 7)
    }

    @Test func chunksAreTheTokensWhereThereIsNoUsage() {
        let sample = sample([(12, Chunks.text()), (13, Chunks.text()), (14, Chunks.done)])
        #expect(sample.usage == nil && sample.outputTokens == 2 && sample.timePerOutputToken == 2)
    }

    @Test(arguments: [
        #"{"choices":[{"text":"a"}]}"#, #"{"choices":[{"delta":{"content":"a"}}],"error":null}"#,
        #"{"choices":[{"delta":{"reasoning_content":"a"}}]}"#, #"{"choices":[{"delta":{"reasoning":"a"}}]}"#,
        #"{"choices":[{"delta":{"tool_calls":[{"index":0}]}}]}"#,
    ])
    func everyKindOfTextCounts(_ data: String) {
        #expect(sample([(12, Chunks.event(data)), (13, Chunks.done)]).textTimes == [12])
    }

    @Test(arguments: [
        #"{"prompt_tokens":-1,"completion_tokens":3}"#, #"{"prompt_tokens":1,"completion_tokens":-3}"#,
        #"{"prompt_tokens":1,"completion_tokens":9223372036854775807}"#, #"{"prompt_tokens":1}"#, "[]", "7",
        #"{"prompt_tokens":1e300,"completion_tokens":3}"#, #"{"prompt_tokens":"1","completion_tokens":3}"#,
    ])
    func implausibleUsageIsNone(_ usage: String) {
        let sample = sample([(12, Chunks.text()), (13, Chunks.event(#"{"usage":\#(usage)}"#)), (13, Chunks.done)])
        #expect(sample.usage == nil && sample.isCompleted && sample.outputTokens == 1)
    }

    @Test func streamsThatGoWrongFailByTheirKind() {
        #expect(sample([]).failure == .notAStream)
        #expect(sample([(12, Array(#"{"choices":[]}"#.utf8))]).failure == .notAStream)
        #expect(sample([(12, Chunks.text())]).failure == .incompleteStream)
        #expect(sample([(12, Chunks.event("{"))]).failure?.kind == "malformed_stream")
        #expect(sample([(12, Chunks.event("[1]"))]).failure?.kind == "malformed_stream")
        let nested = String(repeating: "[", count: 100_000)
        #expect(sample([(12, Chunks.event(nested))]).failure?.kind == "malformed_stream")
        #expect(sample([(12, Chunks.text() + Chunks.error + Chunks.done)]).failure == .errorEvent("out of  [31mmemory"))
        #expect(sample([(12, Chunks.event(#"{"error":"no"}"#))]).failure == .errorEvent("no"))
        #expect(sample([(12, Chunks.text())], end: 30).ended == 30)
    }

    @Test func anAnswerIsWholeWithAFinishReasonOrDone() throws {
        #expect(sample([(12, Chunks.text()), (13, Chunks.finish)]).isCompleted)
        #expect(sample([(12, Chunks.done)]).isCompleted)
        #expect(sample([(12, Array("data: [DONE]".utf8))]).isCompleted, "no line's end")
        var recorder = StreamRecorder(sent: 0, maxTokens: 8)
        try recorder.receive(Chunks.text() + Chunks.done, at: 3)
        let sample = recorder.sample(after: .connectionClosed, isCancelled: true, at: 50)
        #expect(sample.isCompleted && sample.ended == 3, "what happens after [DONE] changes nothing")
    }

    @Test func aCancelledStreamIsUnfinishedAndNoFailure() {
        let sample = StreamRecorder(sent: 0, maxTokens: 8).sample(after: .connectionClosed, isCancelled: true, at: 5)
        #expect(sample.outcome == .unfinished && sample.failure == nil)
    }

    @Test func aServerThatDoesNotEndIsCutOff() {
        var recorder = StreamRecorder(sent: 0, maxTokens: 10)
        var failure: RequestFailure?
        var received = 0
        while failure == nil, received < 10_000 {
            do throws(RequestFailure) { try recorder.receive(Chunks.text(), at: 1) } catch { failure = error }
            received += 1
        }
        #expect(failure?.kind == "malformed_stream")
        #expect((11...200).contains(received), "more than was asked for, but not for ever")
        var line = StreamRecorder(sent: 0, maxTokens: 10)
        #expect(throws: RequestFailure.self) { try line.receive(repeatElement(0x61, count: 2 << 20), at: 1) }
    }
}
