/// Reads the stream of one request and notes when its parts arrive. Knows no network and no clock.
package struct StreamRecorder: Sendable {
    private var sample: Sample
    private var parser = EventStreamParser()
    private let maximumTextChunks: Int
    private var hasEvents = false
    private var isFinished = false
    /// Whether `[DONE]` has come: whatever happens to the connection then, the answer is whole.
    private var isDone = false

    /// - Parameters:
    ///   - due: when a schedule wanted the request to be sent; nil in a closed loop.
    ///   - sent: when it was. Both, as all times here, in seconds on the run's clock.
    package init(due: Double? = nil, sent: Double, maxTokens: Int) {
        sample = Sample(due: due, sent: sent)
        // A chunk is a token or more, so a server that sends this many does not heed the limit, and what it
        // would make us store has no end.
        maximumTextChunks = 4 * maxTokens + 64
    }

    /// Takes the bytes that arrived at `time`.
    package mutating func receive(_ bytes: some Sequence<UInt8>, at time: Double) throws(RequestFailure) {
        let events: [[UInt8]]
        do { events = try parser.feed(bytes) } catch {
            throw .malformedStream("an event is longer than \(error.maximumBytes) bytes")
        }
        for event in events { try note(event, at: time) }
    }

    /// Call when the stream has ended properly.
    package mutating func finish() throws(RequestFailure) {
        if let event = parser.finish() { try note(event, at: sample.ended) }
        guard isDone || isFinished else { throw hasEvents ? .incompleteStream : .notAStream }
    }

    /// What was measured, after an error if there was one.
    ///
    /// - Parameters:
    ///   - failure: what went wrong; nil if nothing did.
    ///   - isCancelled: whether that was because nobody wanted the answer any more.
    package consuming func sample(after failure: RequestFailure?, isCancelled: Bool = false, at time: Double) -> Sample
    {
        if let failure, !isDone {
            sample.ended = time
            sample.outcome = isCancelled ? .unfinished : .failed(failure)
        } else {
            sample.outcome = .completed
        }
        return sample
    }

    private mutating func note(_ event: [UInt8], at time: Double) throws(RequestFailure) {
        guard !isDone else { return }
        hasEvents = true
        switch try StreamChunk(event) {
        case .done: isDone = true
        case .delta(let hasText, let isFinish, let usage):
            if hasText { sample.textTimes.append(time) }
            guard sample.textTimes.count <= maximumTextChunks else {
                throw .malformedStream("it goes on far beyond max_tokens")
            }
            isFinished = isFinished || isFinish
            sample.usage = usage ?? sample.usage
        }
        sample.ended = time
    }
}
