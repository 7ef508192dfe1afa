/// Turns the events of one sequence into its news: the same as `WorkerChunkWriter` says in JSON.
///
/// Text that was held back until the end goes out with the finish reason, for the reason that is given there.
package struct SequenceNewsWriter: Sendable {
    private let sequence: UInt32
    private let hasLogprobs: Bool
    private var progress = GenerationProgress(numChoices: 1)
    /// What goes out with the finish reason.
    private var last: SequenceNews.Progress?
    /// Tokens whose text went out.
    private var shown = 0

    /// - Parameter hasLogprobs: they were asked for.
    package init(sequence: UInt32, hasLogprobs: Bool) {
        self.sequence = sequence
        self.hasLogprobs = hasLogprobs
    }

    /// Appends what an event of the worker becomes to a frame of news.
    /// - Throws: when the worker breaks its contract.
    package mutating func append(_ event: GenerationEvent, to frames: inout FrameWriter) throws(APIError) {
        try progress.note(event)
        switch event {
        case .served: break
        case .started:
            let usage = progress.usage
            say(.started(promptTokens: usage.promptTokens, cachedTokens: usage.cachedTokens), to: &frames)
        case .delta(_, let text, let completionTokens, let tokens, let ids):
            let tokens = hasLogprobs ? tokens : []
            guard last == nil, !ids.isEmpty else {
                return hold(text: text, ids: ids, tokens: tokens, shown: completionTokens)
            }
            shown = completionTokens
            say(
                .progress(SequenceNews.Progress(ids: ids, text: text, shown: completionTokens, tokens: tokens)),
                to: &frames)
        case .finished(_, let reason, _):
            var last = last ?? SequenceNews.Progress(shown: shown)
            last.finish = reason
            say(.progress(last), to: &frames)
        }
    }

    private mutating func hold(text: String, ids: [Int32], tokens: [GeneratedToken], shown: Int) {
        var held = last ?? SequenceNews.Progress()
        held.text += text
        held.ids += ids
        held.tokens += tokens
        held.shown = shown
        last = held
    }

    /// Appends the last news of a sequence that is complete.
    /// - Parameter totals: what the worker did; nil when it did not say.
    package func appendEnd(_ totals: GenerationTotals?, to frames: inout FrameWriter) throws(APIError) {
        try progress.checkComplete()
        let share = totals.map {
            GenerationTotals.Share(prefilledTokens: $0.prefilledTokens, generatedTokens: $0.generatedTokens)
        }
        say(.done(completionTokens: progress.usage.completionTokens, share: share), to: &frames)
    }

    private func say(_ event: SequenceNews.Event, to frames: inout FrameWriter) {
        SequenceNews(sequence: sequence, event: event).append(to: &frames)
    }
}
