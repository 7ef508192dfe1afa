import Hummingbird
import Ledger
import Logging
import NIOCore
import OpenAI

/// The body of a streamed answer: the worker's events as server-sent events.
///
/// Whatever is queued when the writer is free goes out in one write, so that a client or a network that is
/// slower than the model costs fewer writes and never memory for half-written ones.
struct EventStreamBody: Sendable {
    let generation: RunningGeneration
    let chunks: ChunkWriter
    let keepAliveInterval: Duration
    let clock: any Clock<Duration>

    private static let comment = Array(": keep-alive\n\n".utf8)

    /// Writes the whole body.
    /// - Throws: when the client has gone; every other failure becomes the stream's last event.
    func write(to writer: inout any ResponseBodyWriter) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await tick() }
            defer { group.cancelAll() }
            do {
                try await writeEvents(to: &writer)
            } catch {
                await generation.end(with: error)
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
            generation.stream.wake()
        }
    }

    private func writeEvents(to writer: inout any ResponseBodyWriter) async throws {
        var chunks = chunks
        var bytes: [UInt8] = []
        var isSilent = true
        while let batch = try await generation.next() {
            bytes.removeAll(keepingCapacity: true)
            for event in batch { try chunks.append(event, to: &bytes) }
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
            generation.account.note(batch)
        }
        bytes.removeAll(keepingCapacity: true)
        try chunks.appendEnd(to: &bytes)
        await generation.account.settle(.completed)
        try await writer.write(ByteBuffer(bytes: bytes))
    }

    private func write(_ error: APIError, to writer: inout any ResponseBodyWriter) async throws {
        (writer as? CopyingWriter)?.copy.spoil()
        generation.logger.warning("stream failed", metadata: ["error": "\(error)"])
        var bytes: [UInt8] = []
        ChunkWriter.append(error, to: &bytes)
        try await writer.write(ByteBuffer(bytes: bytes))
    }
}
