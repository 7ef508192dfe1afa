import OpenAI

/// The worker protocol.
struct GleanerDialect: WorkerDialect {
    /// An event of a completion holds a few tokens with at most 20 alternatives each.
    static let maximumEventBytes = 1 << 20
    /// A worker that has nothing to say sends a comment each ten seconds.
    static let silence = Duration.seconds(30)

    let description: RemoteDescription
    private let connection: WorkerConnection
    private let models: [String: KnownModel]
    /// What all sequences share; nil: each has a connection of its own.
    private let sequences: SharedSequences?

    /// Nil for a worker that does not know the protocol.
    ///
    /// - Throws: `RemoteFailure`.
    init?(_ connection: WorkerConnection) async throws {
        let answer = try await connection.exchange(.get("/gleaner/worker"))
        if answer.status == 404 { return nil }
        guard answer.status == 200 else { throw answer.failure }
        let said = try GleanerDescription(answer.json())
        description = RemoteDescription(worker: said.worker, streamsLoad: true, resumesExactly: true)
        models = said.models
        self.connection = connection
        sequences = said.sharesConnection ? await SharedSequences(connection) : nil
    }

    func close() { sequences?.close() }

    func followLoad(_ report: @escaping @Sendable (LoadReport) -> Void) async throws {
        try await connection.follow(
            .get("/gleaner/load"), GleanerLoad(models: Set(models.keys)),
            maximumEventBytes: GleanerLoad.maximumEventBytes
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
        let expected = ExpectedAnswer(
            request, promptTokens: request.tokenPrompt.count, model: models[request.model])
        if let sequences { return sequences.start(request, expected, deliver: deliver) }
        let answer = StreamedAnswer(GleanerAnswer(expected), maximumEventBytes: Self.maximumEventBytes)
        var post = WorkerRequest.post("/v1/completions", GleanerBody.bytes(of: request, expected))
        post.name(request)
        let cancel = connection.send(
            post, reader: answer,
            headDeadline: connection.endpoint.headDeadline, silence: Self.silence,
            deliver: { deliver(.progress($0)) },
            ended: { deliver(.ended(SequenceEnd($0, hasFinished: $1.events.hasFinished), $1.events.share)) })
        return HTTPSequence(cancelRequest: cancel)
    }
}

extension GenerationRequest {
    /// The prompt of a request that is one sequence.
    var tokenPrompt: [Int32] {
        guard case .tokens(let prompts) = prompt, let first = prompts.first else { return [] }
        return first
    }
}
