package import Hummingbird
package import NIOCore
import NIOPosix
package import OpenAI

/// Reads request bodies within the limits on size, time and memory.
package struct BodyReader: Sendable {
    private let limit: Int
    private let deadline: Duration
    private let budget: BodyBudget
    private let clock: any Clock<Duration>

    /// One for all routes: the memory for bodies is a limit on all of them together.
    package init(limits: ServerLimits, clock: any Clock<Duration>) {
        limit = limits.bodyBytes
        deadline = limits.bodyDeadline
        budget = BodyBudget(limit: limits.bodyBytesInFlight)
        self.clock = clock
    }

    /// A body, and its share of the memory for bodies for as long as it is held.
    package struct Body: Sendable {
        package let buffer: ByteBuffer
        let share: BodyBudget.Share
    }

    /// Counts bytes that came in another way as those of a body; 429 when they do not fit beside the others.
    package func share(of bytes: Int) throws(APIError) -> BodyBudget.Share {
        let share = budget.open()
        try share.take(bytes)
        return share
    }

    /// A longer body is parsed on a thread of its own, so that no stream waits for it.
    private static let longBody = 64 << 10

    /// Reads the body of a request and makes something of it.
    package func read<Value: Sendable>(
        _ request: Request, _ parse: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Value
    ) async throws -> Value {
        try await Self.parse(try await read(request), parse)
    }

    /// Makes something of a body that was read.
    package static func parse<Value: Sendable>(
        _ body: Body, _ parse: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Value
    ) async throws -> Value {
        guard body.buffer.readableBytes > longBody else { return try body.buffer.withUnsafeReadableBytes(parse) }
        return try await NIOThreadPool.singleton.runIfActive { try body.buffer.withUnsafeReadableBytes(parse) }
    }

    /// Reads the body of a request. One that announces too many bytes is refused before any of them is read.
    package func read(_ request: Request) async throws -> Body {
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw APIError.unknownEncoding
        }
        let announced = request.headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limit { throw APIError.bodyTooLarge(limit: limit) }
        let body = try await withDeadline { try await collect(request.body, announced: announced) }
        if let announced, body.buffer.readableBytes < announced { throw APIError.incompleteBody }
        return body
    }

    private func collect(_ chunks: RequestBody, announced: Int?) async throws -> Body {
        let share = budget.open()
        var buffer = ByteBuffer()
        for try await var chunk in chunks {
            guard buffer.readableBytes + chunk.readableBytes <= limit else {
                throw APIError.bodyTooLarge(limit: limit)
            }
            try share.take(chunk.readableBytes)
            if buffer.readableBytes == 0 { buffer.reserveCapacity(min(announced ?? 0, 1 << 20)) }
            buffer.writeBuffer(&chunk)
        }
        return Body(buffer: buffer, share: share)
    }

    private func withDeadline(_ work: @escaping @Sendable () async throws -> Body) async throws -> Body {
        try await withThrowingTaskGroup(of: Body?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await clock.sleep(for: deadline)
                return nil
            }
            defer { group.cancelAll() }
            guard let body = try await group.next() ?? nil else { throw APIError.bodyTooSlow(deadline: deadline) }
            return body
        }
    }
}
