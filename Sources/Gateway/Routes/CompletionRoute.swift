import HTTPTypes
import Hummingbird
import Ledger
import OpenAI
import WebServer

/// `/v1/chat/completions` and `/v1/completions`: from the body of a request to the worker and back.
///
/// Before a worker is asked to run anything the buyer is known, and the most that the request can cost is set aside.
struct CompletionRoute: Sendable {
    let endpoint: Endpoint
    let worker: any Worker
    let access: Access
    let accounting: Accounting
    let replays: Replays
    let bodies: BodyReader
    let running: RunningRequests
    let systemFingerprint: String
    let keepAliveInterval: Duration
    let clock: any Clock<Duration>

    func respond(to request: Request, context: WebContext) async throws -> Response {
        let slot = try running.admit()
        let buyer = try await access.tenant(request)
        let body = try await bodies.read(request)
        return try await replays.respond(to: request, body: body.buffer, owner: buyer.tenant, context: context) {
            var completion = try await parse(body)
            completion.generation.requestID = context.requestID
            completion.generation.tenant = buyer.tenant
            completion.generation.cacheSalt = buyer.tenant
            completion.generation.objectives = try ObjectiveHeaders(request.headers).read()
            return try await serve(completion, of: buyer, slot: slot, context: context)
        }
    }

    private func parse(_ body: BodyReader.Body) async throws -> CompletionRequest {
        let id = endpoint.idPrefix + RequestID.randomHex(bytes: 16)
        return try await BodyReader.parse(body) { [endpoint] in
            try CompletionRequest(endpoint: endpoint, body: $0, id: id)
        }
    }

    private func serve(
        _ completion: CompletionRequest, of buyer: Buyer, slot: RunningRequests.Slot, context: WebContext
    ) async throws -> Response {
        try await accounting.precheck(completion, of: buyer, by: access)
        let prepared = try await prepare(completion.generation, context)
        let account = try await accounting.admit(completion, of: buyer, size: prepared)
        let stream = try await start(prepared, account)
        slot.attach(stream)
        await context.onClientGone { [weak stream] in stream?.cancel() }
        let generation = RunningGeneration(stream: stream, account: account, slot: slot, logger: context.logger)
        let head = AnswerHead(
            id: completion.generation.id, created: UnixTime.now(), model: completion.generation.model,
            systemFingerprint: systemFingerprint, serviceTier: account.tier.rawValue)
        var response =
            completion.isStreaming
            ? streamed(generation, chunks: ChunkWriter(request: completion, head: head))
            : try await generation.collect(into: AnswerCollector(request: completion, head: head))
        response.headers.append(contentsOf: Self.headers(account))
        return response
    }

    /// It may wait there until a worker comes, but not when nobody waits for the answer any more.
    private func prepare(
        _ request: GenerationRequest, _ context: WebContext
    ) async throws -> any PreparedGeneration {
        let preparing = Task { try await worker.prepare(request) }
        await context.onClientGone { preparing.cancel() }
        return try await withTaskCancellationHandler {
            try await preparing.value
        } onCancel: {
            preparing.cancel()
        }
    }

    /// A request that the worker does not take costs nothing.
    private func start(
        _ prepared: any PreparedGeneration, _ account: RequestAccount
    ) async throws -> GenerationStream {
        do {
            let stream = try await prepared.start(priority: account.tier.enginePriority)
            account.attach(stream)
            return stream
        } catch {
            await account.settle(.failed)
            throw error
        }
    }

    private func streamed(_ generation: RunningGeneration, chunks: ChunkWriter) -> Response {
        let answer = StreamedGeneration(generation: generation, chunks: chunks)
        let body = EventStreamBody(answer, keepAliveInterval: keepAliveInterval, clock: clock)
        return .eventStream { try await body.write(to: &$0) }
    }

    /// What the limits leave, and the id by which resellers ask for the cost of this answer later.
    private static func headers(_ account: RequestAccount) -> HTTPFields {
        var fields = RateLimitHeaders.make(account.admission)
        fields[.known("x-generation-id")] = account.requestID
        fields[.known("inference-id")] = account.requestID
        return fields
    }
}
