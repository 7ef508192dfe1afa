import Hummingbird
import OpenAI
import WebServer

/// `/v1/completions` with what gateways add to it, and `/v1/chat/completions` for those who ask directly.
struct GenerationRoute: Sendable {
    let starts: GenerationStart
    let bodies: BodyReader
    let running: RunningRequests
    let systemFingerprint: String
    let keepAliveInterval: Duration
    let clock: any Clock<Duration>

    func complete(_ request: Request, context: WebContext) async throws -> Response {
        let id = Endpoint.completions.idPrefix + RequestID.randomHex(bytes: 16)
        return try await respond(to: request, context: context) { try CompletionRequest(worker: $0, id: id) }
    }

    func chat(_ request: Request, context: WebContext) async throws -> Response {
        let id = Endpoint.chatCompletions.idPrefix + RequestID.randomHex(bytes: 16)
        return try await respond(to: request, context: context) {
            try CompletionRequest(endpoint: .chatCompletions, body: $0, id: id)
        }
    }

    private func respond(
        to request: Request, context: WebContext,
        parse: @escaping @Sendable (UnsafeRawBufferPointer) throws -> CompletionRequest
    ) async throws -> Response {
        let slot = try running.admit()
        let completion = try await bodies.read(request, parse)
        var generation = completion.generation
        generation.requestID = context.requestID
        let started = try await starts.start(generation, in: slot)
        await context.onClientGone { [weak stream = started.stream] in stream?.cancel() }
        let sequences = RunningSequences(
            stream: started.stream, prefixes: started.prefixes, slot: slot, logger: context.logger, clock: clock)
        return try await answer(completion, sequences)
    }

    private func answer(_ completion: CompletionRequest, _ sequences: RunningSequences) async throws -> Response {
        let head = AnswerHead(
            id: completion.generation.id, created: UnixTime.now(), model: completion.generation.model,
            systemFingerprint: systemFingerprint)
        if !completion.isStreaming {
            return try await sequences.collect(into: AnswerCollector(request: completion, head: head))
        }
        if completion.generation.returnsTokenIDs {
            return streamed(sequences, WorkerChunkWriter(request: completion, head: head))
        }
        return streamed(sequences, ChunkWriter(request: completion, head: head))
    }

    private func streamed(_ sequences: RunningSequences, _ chunks: some AnswerChunks) -> Response {
        let answer = WorkerAnswer(sequences: sequences, chunks: chunks)
        let body = EventStreamBody(answer, keepAliveInterval: keepAliveInterval, clock: clock)
        return .eventStream { try await body.write(to: &$0) }
    }
}
