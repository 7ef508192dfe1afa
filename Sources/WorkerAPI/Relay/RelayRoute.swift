import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import OpenAI
import WebServer

/// A path of the engine's: the request goes to it, and its answer comes back as it is, while it comes.
struct RelayRoute: Sendable {
    let relay: EngineRelay
    let bodies: BodyReader
    let running: RunningRequests

    /// What is asked about the engine.
    func get(_ request: Request, context: WebContext) async throws -> Response {
        try await respond(to: request, body: nil, context: context)
    }

    /// What it has to work for.
    func post(_ request: Request, context: WebContext) async throws -> Response {
        let slot = try running.admit()
        let body = try await bodies.read(request)
        return try await respond(to: request, body: body.buffer, context: context, slot)
    }

    private func respond(
        to request: Request, body: ByteBuffer?, context: WebContext, _ slot: RunningRequests.Slot? = nil
    ) async throws -> Response {
        let (stream, end) = GenerationStream.makeStream()
        let exchange = try await relay.exchange(request, body: body, context: context, end)
        slot?.attach(stream)
        await context.onClientGone { [weak exchange] in exchange?.cancel(throwing: CancellationError()) }
        do {
            let head = try await exchange.head.value
            let answer = RelayedAnswer(exchange: exchange, ends: (stream, end), slot: slot, isEvents: head.isEvents)
            return Response(
                status: HTTPResponse.Status(code: Int(head.status.code)), headers: head.passedOn,
                body: ResponseBody { try await answer.write(to: &$0) })
        } catch {
            throw EngineRelay.meaning(of: error)
        }
    }
}

/// The body of an answer that is passed on, with the request's place until it is written.
private struct RelayedAnswer: Sendable {
    let exchange: RelayedExchange
    /// What stands for it among the requests that run: while both ends are held, its cancellation is heard.
    let ends: (GenerationStream, GenerationStream.Continuation)
    let slot: RunningRequests.Slot?
    let isEvents: Bool

    func write(to writer: inout any ResponseBodyWriter) async throws {
        var isBetweenEvents = true
        do {
            while let piece = try await exchange.pipe.next() {
                isBetweenEvents = piece.readableBytesView.suffix(2).elementsEqual("\n\n".utf8)
                try await writer.write(piece)
            }
        } catch {
            // In the middle of an event or of a JSON text there is nothing to say but that it is cut off.
            guard isEvents, isBetweenEvents, let error = EngineRelay.meaning(of: error) as? APIError else {
                throw error
            }
            var bytes: [UInt8] = []
            ChunkWriter.append(error, to: &bytes)
            try await writer.write(ByteBuffer(bytes: bytes))
        }
        try await writer.finish(nil)
    }
}

extension HTTPClientResponse {
    fileprivate var isEvents: Bool { headers.first(name: "content-type")?.hasPrefix("text/event-stream") ?? false }

    /// The fields that clients read; the others are about the engine's connection.
    fileprivate var passedOn: HTTPFields {
        var fields: HTTPFields = [.accelBuffering: "no"]
        for name in ["content-type", "cache-control", "retry-after"] {
            if let value = headers.first(name: name), let field = HTTPField.Name(name) { fields[field] = value }
        }
        return fields
    }
}
