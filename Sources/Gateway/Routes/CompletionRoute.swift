import Hummingbird
import NIOCore
import NIOPosix
import OpenAI

/// `/v1/chat/completions` and `/v1/completions`: from the body of a request to the worker and back.
struct CompletionRoute: Sendable {
    let endpoint: Endpoint
    let worker: any Worker
    let bodies: BodyReader
    let running: RunningRequests
    let systemFingerprint: String
    let keepAliveInterval: Duration

    /// A longer body is parsed on a thread of its own, so that no stream waits for it.
    private static let longBody = 64 << 10

    func respond(to request: Request, context: GatewayContext) async throws -> Response {
        let slot = try running.admit()
        let completion = try await read(request)
        let stream = try await worker.generate(completion.generation)
        slot.attach(stream)
        await context.onClientGone { [weak stream] in stream?.cancel() }
        let head = AnswerHead(
            id: completion.generation.id, created: UnixTime.now(), model: completion.generation.model,
            systemFingerprint: systemFingerprint)
        if completion.isStreaming {
            return streamed(stream, slot: slot, chunks: ChunkWriter(request: completion, head: head), context: context)
        }
        let answer = AnswerCollector(request: completion, head: head)
        return try await collected(stream, slot: slot, answer: answer, context: context)
    }

    private func read(_ request: Request) async throws -> CompletionRequest {
        let body = try await bodies.read(request)
        let id = endpoint.idPrefix + RequestID.randomHex(bytes: 16)
        let parse = { @Sendable [endpoint] in
            try body.buffer.withUnsafeReadableBytes { try CompletionRequest(endpoint: endpoint, body: $0, id: id) }
        }
        guard body.buffer.readableBytes > Self.longBody else { return try parse() }
        return try await NIOThreadPool.singleton.runIfActive(parse)
    }

    private func streamed(
        _ stream: GenerationStream, slot: RunningRequests.Slot, chunks: ChunkWriter, context: GatewayContext
    ) -> Response {
        let body = EventStreamBody(
            stream: stream, chunks: chunks, slot: slot, keepAliveInterval: keepAliveInterval, clock: bodies.clock,
            logger: context.logger)
        return Response(
            status: .ok,
            // The last field asks nginx not to hold the stream back.
            headers: [.contentType: "text/event-stream", .cacheControl: "no-cache", .accelBuffering: "no"],
            body: ResponseBody { try await body.write(to: &$0) })
    }

    private func collected(
        _ stream: GenerationStream, slot: RunningRequests.Slot, answer: AnswerCollector, context: GatewayContext
    ) async throws -> Response {
        var answer = answer
        do {
            while let batch = try await stream.nextBatch() {
                for event in batch { try answer.append(event) }
            }
        } catch {
            throw GenerationFailure.forClient(error, logger: context.logger)
        }
        // The slot is held to here: the request runs until its answer is whole.
        return try withExtendedLifetime(slot) { .json(try answer.body()) }
    }
}
