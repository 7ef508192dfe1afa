import HTTPTypes
import Hummingbird
import Ledger
import NIOCore
import Synchronization

/// The bytes of an answer that went through a writer.
final class AnswerCopy: Sendable {
    private let state = Mutex<[UInt8]?>([])

    /// nil when there were more than can be kept, or they are no whole answer.
    var bytes: [UInt8]? { state.withLock { $0 } }

    /// What was copied is not an answer to give again: it ended with an error.
    func spoil() { state.withLock { $0 = nil } }

    func append(_ buffer: ByteBuffer) {
        state.withLock { bytes in
            guard let count = bytes?.count else { return }
            if count + buffer.readableBytes > StoredAnswer.maximumBytes {
                bytes = nil
            } else {
                bytes?.append(contentsOf: buffer.readableBytesView)
            }
        }
    }
}

/// Passes an answer on and copies it.
struct CopyingWriter: ResponseBodyWriter {
    /// nil: only copies.
    var writer: (any ResponseBodyWriter)?
    let copy: AnswerCopy
    /// Called when all is written, before the answer is ended.
    let beforeEnd: @Sendable () async -> Void

    mutating func write(_ buffer: ByteBuffer) async throws {
        try await writer?.write(buffer)
        copy.append(buffer)
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        await beforeEnd()
        try await writer?.finish(trailingHeaders)
    }
}
