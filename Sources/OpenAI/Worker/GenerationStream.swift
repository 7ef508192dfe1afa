/// The events of one generation, from the worker to one reader.
///
/// Like `AsyncThrowingStream`, unbounded, and with one difference that pays under load: the reader takes
/// everything that is queued at once (`nextBatch`), so that a server sends it in one write. When the reader
/// goes away before the end (its task is cancelled, the stream is dropped or `cancel` is called) the worker
/// hears of it at once and can stop.
package final class GenerationStream: Sendable {
    private let queue: Queue

    private init(queue: Queue) { self.queue = queue }

    deinit { queue.cancel(CancellationError()) }

    /// A stream and the end that feeds it.
    package static func makeStream() -> (stream: GenerationStream, continuation: Continuation) {
        let queue = Queue()
        return (GenerationStream(queue: queue), Continuation(queue: queue))
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

    /// Lets a waiting reader go on with an empty batch.
    package func wake() { queue.wake() }

    /// Tells the worker to stop and the reader why. Queued events are dropped; after the end it does nothing.
    package func cancel(throwing error: any Error = CancellationError()) { queue.cancel(error) }

    /// The worker's end of a stream; any thread may use it.
    package struct Continuation: Sendable {
        fileprivate let queue: Queue

        package func yield(_ event: GenerationEvent) { queue.push(event) }

        /// Ends the stream, with an error when the generation failed. Only the first call counts.
        package func finish(throwing error: (any Error)? = nil) { queue.finish(error) }

        /// Has `handler` called once if the reader goes away before the end; at once if it has gone already.
        package func onCancel(_ handler: @escaping @Sendable () -> Void) { queue.setCancelHandler(handler) }
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
