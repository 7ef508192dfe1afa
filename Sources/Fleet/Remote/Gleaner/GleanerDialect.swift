import JSON
import NIOHTTP1
import OpenAI

/// The worker protocol.
struct GleanerDialect: WorkerDialect {
    /// An event of a completion holds a few tokens with at most 20 alternatives each.
    static let maximumEventBytes = 1 << 20

    let description: RemoteDescription
    private let connection: WorkerConnection
    private let models: [String: KnownModel]

    /// Nil for a worker that does not know the protocol.
    ///
    /// - Throws: `RemoteFailure`.
    init?(_ connection: WorkerConnection) async throws {
        let answer = try await connection.exchange(.get("/gleaner/worker"))
        if answer.status == 404 { return nil }
        guard answer.status == 200 else { throw answer.failure }
        let said = try GleanerDescription(answer.json())
        description = RemoteDescription(worker: said.worker, abilities: .all)
        models = said.models
        self.connection = connection
    }

    func followLoad(_ report: @escaping @Sendable (LoadReport) -> Void) async throws {
        try await connection.follow(
            .get("/gleaner/load"), GleanerLoad(), maximumEventBytes: GleanerLoad.maximumEventBytes
        ) { reports in
            for one in reports { report(one) }
        }
    }

    func tokenize(_ request: GenerationRequest) async throws -> [[Int32]] {
        try await Tokenization(connection: connection, models: models).tokens(of: request)
    }

    func start(
        _ request: GenerationRequest, deliver: @escaping @Sendable (SequenceEvent) -> Void
    ) -> any RemoteSequence {
        let prompt = request.tokenPrompt
        let expected = ExpectedAnswer(request, promptTokens: prompt.count, model: models[request.model])
        let answer = StreamedAnswer(GleanerAnswer(expected), maximumEventBytes: Self.maximumEventBytes)
        let cancel = connection.send(
            Self.post(request, prompt: prompt, expected), reader: answer,
            headDeadline: connection.endpoint.headDeadline, deliver: { deliver(.progress($0)) },
            ended: { deliver(.ended($0.map { .failed($0) } ?? .finished, $1.events.share)) })
        return HTTPSequence(cancelRequest: cancel)
    }

    private static func post(
        _ request: GenerationRequest, prompt: [Int32], _ expected: ExpectedAnswer
    ) -> WorkerRequest {
        // Without a word on it, the endpoint stops after 16 tokens.
        let maxTokens = expected.maximumTokens == .max ? nil : expected.maximumTokens
        var body = CompletionBody(request, prompt: prompt, maxTokens: maxTokens, streamOptions: JSONObject())
        body.append("return_token_ids", true)
        if request.priority != 0 { body.append("priority", .int(request.priority)) }
        if !request.cacheSalt.isEmpty { body.append("cache_salt", .string(request.cacheSalt)) }
        if !request.resumed.isEmpty { body.append("gleaner_resume", tokens: request.resumed) }
        var post = WorkerRequest.post("/v1/completions", body.finished())
        post.headers.add(name: "X-Request-Id", value: request.id)
        return post
    }
}

extension GenerationRequest {
    /// The prompt of a request that is one sequence.
    var tokenPrompt: [Int32] {
        guard case .tokens(let prompts) = prompt, let first = prompts.first else { return [] }
        return first
    }
}
