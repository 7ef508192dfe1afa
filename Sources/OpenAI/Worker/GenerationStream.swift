/// The events of one generation, from the worker to one reader.
///
/// Like `AsyncThrowingStream`, with two differences that pay under load. The reader takes everything that is queued at
/// once (`nextBatch`), so that a server sends it in one write; and where more than a few deltas wait for it, they become
/// one, so that what a slow client does not take costs no more than the bytes of its text. When the reader
/// goes away before the end (its task is cancelled, the stream is dropped or `cancel` is called) the worker
/// hears of it at once and can stop.
package final class GenerationStream: Sendable {
    private let queue: Queue
    private let lastWord: LastWord

    private init(queue: Queue, lastWord: LastWord) {
        self.queue = queue
        self.lastWord = lastWord
    }

    deinit { queue.cancel(CancellationError()) }

    /// A stream and the end that feeds it.
    package static func makeStream() -> (stream: GenerationStream, continuation: Continuation) {
        let (queue, lastWord) = (Queue(), LastWord())
        let end = Continuation.End(queue: queue, lastWord: lastWord)
        return (GenerationStream(queue: queue, lastWord: lastWord), Continuation(end: end))
    }

    /// Waits until there is an event, then returns all that have come; nil at the end.
    ///
    /// An empty batch means that `wake` was called. One task reads at a time.
    /// - Throws: what the worker failed with, after the events before it; what `cancel` was given.
    package func nextBatch() async throws -> [GenerationEvent]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { queue.read($0) }
        } onCancel: {
            queue.cancel(CancellationError())
        }
    }

    /// Has `listener` called when there is something to take; at once if there is already, and not again before `take`.
    /// For one who reads many streams and waits for none: instead of `nextBatch`, not beside it.
    package func listen(_ listener: @escaping @Sendable () -> Void) { queue.listen(listener) }

    /// All events that have come, or the end. Waits for nothing.
    package func take() -> Taken { queue.take() }

    /// Lets a waiting reader go on with an empty batch.
    package func wake() { queue.wake() }

    /// Tells the worker to stop and the reader why. Queued events are dropped; after the end it does nothing.
    package func cancel(throwing error: any Error = CancellationError()) { queue.cancel(error) }

    /// Waits until the worker has stopped working for this request and returns what it did; also after the
    /// stream failed or was cancelled. While a generation runs this is its whole rest: cancel first to leave.
    ///
    /// Nil when the worker was lost without a word: then what its events said is all that is known.
    package func totals() async -> GenerationTotals? { await lastWord.hear() }

    /// The worker's end of a stream; any thread may use it. When its last copy is dropped, a stream without an
    /// end fails and totals that nobody gave are nil, so that no reader waits for a worker that is gone.
    package struct Continuation: Sendable {
        fileprivate let end: End

        package func yield(_ event: GenerationEvent) { end.queue.push(event) }

        package func yield(_ events: [GenerationEvent]) { end.queue.push(events) }

        /// Ends the stream, with an error when the generation failed. Only the first call counts.
        package func finish(throwing error: (any Error)? = nil) { end.queue.finish(error) }

        /// The last word, when the worker does nothing more for the request: after `finish`, or after the reader
        /// went. Only the first call counts.
        package func release(_ totals: GenerationTotals) { end.lastWord.say(totals) }

        /// Has `handler` called once if the reader goes away before the end; at once if it has gone already.
        package func onCancel(_ handler: @escaping @Sendable () -> Void) { end.queue.setCancelHandler(handler) }

        fileprivate final class End: Sendable {
            let queue: Queue
            let lastWord: LastWord

            init(queue: Queue, lastWord: LastWord) {
                self.queue = queue
                self.lastWord = lastWord
            }

            deinit {
                queue.finish(APIError.internalFailure)
                lastWord.say(nil)
            }
        }
    }
}

extension GenerationStream: AsyncSequence {
    package func makeAsyncIterator() -> Iterator { Iterator(stream: self) }

    /// Hands out the events of each batch one by one.
    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let stream: GenerationStream
        private var batch: ArraySlice<GenerationEvent> = []

        fileprivate init(stream: GenerationStream) { self.stream = stream }

        package mutating func next() async throws -> GenerationEvent? {
            while batch.isEmpty {
                guard let more = try await stream.nextBatch() else { return nil }
                batch = more[...]
            }
            return batch.popFirst()
        }
    }
}
