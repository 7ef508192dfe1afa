package import Hummingbird
import Logging
import NIOCore
import OpenAI

/// The body of a streamed answer: the worker's events as server-sent events.
///
/// Whatever is queued when the writer is free goes out in one write, so that a client or a network that is
/// slower than the model costs fewer writes and never memory for half-written ones.
package struct EventStreamBody<Answer: StreamedAnswer>: Sendable {
    private let answer: Answer
    private let keepAliveInterval: Duration
    private let clock: any Clock<Duration>

    private static var comment: [UInt8] { Array(": keep-alive\n\n".utf8) }

    /// - Parameter keepAliveInterval: a stream that is silent for so long gets a comment.
    package init(_ answer: Answer, keepAliveInterval: Duration, clock: any Clock<Duration>) {
        self.answer = answer
        self.keepAliveInterval = keepAliveInterval
        self.clock = clock
    }

    /// Writes the whole body.
    /// - Throws: when the client has gone; every other failure becomes the stream's last event.
    package func write(to writer: inout any ResponseBodyWriter) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await tick() }
            defer { group.cancelAll() }
            do {
                try await writeEvents(to: &writer)
            } catch {
                await answer.end(with: error, on: writer)
                guard let error = error as? APIError else { throw error }
                try await write(error, to: &writer)
            }
        }
        try await writer.finish(nil)
    }

    /// Wakes the writer now and then.
    private func tick() async throws {
        while true {
            try await clock.sleep(for: keepAliveInterval)
            answer.stream.wake()
        }
    }

    private func writeEvents(to writer: inout any ResponseBodyWriter) async throws {
        var answer = answer
        var bytes: [UInt8] = []
        var isSilent = true
        while let batch = try await next() {
            bytes.removeAll(keepingCapacity: true)
            try answer.append(batch, to: &bytes)
            if batch.isEmpty {
                // A comment only when nothing was written since the last tick.
                if isSilent { bytes = Self.comment }
                isSilent = true
            }
            if !bytes.isEmpty {
                isSilent = batch.isEmpty
                try await writer.write(ByteBuffer(bytes: bytes))
            }
            // Also what asks for no write, as the start of a generation does.
            answer.note(batch)
        }
        bytes.removeAll(keepingCapacity: true)
        try await answer.appendEnd(to: &bytes)
        try await writer.write(ByteBuffer(bytes: bytes))
    }

    /// Waits for events. A failure that is not meant for clients becomes one that is; the log keeps the reason.
    private func next() async throws -> [GenerationEvent]? {
        do { return try await answer.stream.nextBatch() } catch {
            throw GenerationFailure.forClient(error, logger: answer.logger)
        }
    }

    private func write(_ error: APIError, to writer: inout any ResponseBodyWriter) async throws {
        answer.logger.warning("stream failed", metadata: ["error": "\(error)"])
        var bytes: [UInt8] = []
        ChunkWriter.append(error, to: &bytes)
        try await writer.write(ByteBuffer(bytes: bytes))
    }
}

extension Response {
    /// 200 with a stream of server-sent events.
    package static func eventStream(
        _ body: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) -> Response {
        Response(
            status: .ok,
            // The last field asks nginx not to hold the stream back.
            headers: [.contentType: "text/event-stream", .cacheControl: "no-cache", .accelBuffering: "no"],
            body: ResponseBody(body))
    }
}
