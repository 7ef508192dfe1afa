import JSON
import OpenAI

/// An engine with OpenAI's endpoints that does not know the worker protocol.
protocol PlainEngine: WorkerDialect {
    var connection: WorkerConnection { get }
    var models: [String: KnownModel] { get }
    /// The metrics that `load` reads.
    var metricNames: Set<String> { get }

    /// How busy a model is.
    ///
    /// - Parameter reports: how many reports came before: what stands for steps that an engine does not count, so
    ///   that it never seems hung.
    func load(of model: WorkerDescription.Model, _ metrics: MetricsText, reports: Int) -> ModelLoad

    /// What it understands beside `include_usage`.
    var streamOptions: JSONObject { get }

    /// The request as this engine can take it.
    func adapted(_ request: GenerationRequest) -> GenerationRequest

    /// Adds to the body what only this engine has.
    func extend(_ body: inout CompletionBody, for request: GenerationRequest)
}

extension PlainEngine {
    /// What `gleaner worker --engine` tells beside the metrics of its engine.
    private static var draining: Set<String> { ["gleaner:draining"] }

    var streamOptions: JSONObject { JSONObject([("continuous_usage_stats", true)]) }

    func adapted(_ request: GenerationRequest) -> GenerationRequest { request }

    /// Asks for the metrics five times a second, until the task is cancelled or the engine does not answer. While it
    /// takes its time for an answer the last report stands: an engine that is busy with a long prompt is not lost.
    func followLoad(_ report: @escaping @Sendable (LoadReport) -> Void) async throws {
        var (reports, last) = (0, LoadReport(isDraining: false, models: []))
        while true {
            let answer = try await scrape { [last] in report(last) }
            let metrics = MetricsText(answer, names: metricNames.union(Self.draining))
            let loads = description.worker.models.map { load(of: $0, metrics, reports: reports) }
            last.models = loads.map { LoadReport.Model(load: $0) }
            last.isDraining = metrics.samples.contains { Self.draining.contains($0.name) && $0.value > 0 }
            report(last)
            reports += 1
            try await connection.pause(.milliseconds(200))
        }
    }

    /// The metrics, with `beat` called twice a second until they come, or fail to within the connection's deadline.
    private func scrape(beat: @escaping @Sendable () -> Void) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            group.addTask { try await scrape() }
            group.addTask {
                while (try? await connection.pause(.milliseconds(500))) != nil { beat() }
                return nil
            }
            defer { group.cancelAll() }
            for try await answer in group {
                // The heart stops when the answer has come, or with the task.
                if let answer { return answer }
            }
            throw RemoteFailure.cancelled
        }
    }

    /// The metrics; nothing from an engine that was started without them, as long as it lives.
    private func scrape() async throws -> [UInt8] {
        let answer = try await connection.exchange(.get("/metrics"))
        if answer.status == 200 { return answer.body }
        guard answer.status == 404 || answer.status == 501 else { throw answer.failure }
        let health = try await connection.exchange(.get("/health"))
        guard health.status == 200 else { throw health.failure }
        return []
    }

    func start(
        _ request: GenerationRequest, deliver: @escaping @Sendable (SequenceEvent) -> Void
    ) -> any RemoteSequence {
        let prompt = request.tokenPrompt
        let expected = ExpectedAnswer(request, promptTokens: prompt.count, model: models[request.model])
        guard request.resumed.count < expected.maximumTokens else {
            deliver(.progress(Self.nothing(expected)))
            deliver(.ended(.finished, nil))
            return HTTPSequence {}
        }
        let answer = StreamedAnswer(EngineAnswer(expected))
        // The head may wait for the first token, as long as the engine's own queue is.
        let cancel = connection.send(
            post(request, prompt: prompt, expected), reader: answer, headDeadline: nil, silence: .seconds(120),
            deliver: { deliver(.progress($0)) },
            ended: { deliver(.ended(SequenceEnd($0, hasFinished: $1.events.hasFinished), $1.events.share)) })
        return HTTPSequence(cancelRequest: cancel)
    }

    /// An answer whose tokens are all there already.
    private static func nothing(_ expected: ExpectedAnswer) -> [GenerationEvent] {
        [
            .started(promptTokens: expected.promptTokens, cachedTokens: 0),
            .finished(choice: 0, reason: .length, completionTokens: expected.resumedTokens),
        ]
    }

    /// What was generated elsewhere is prompt here: the answer goes on behind it, as its text and no more.
    private func post(_ request: GenerationRequest, prompt: [Int32], _ expected: ExpectedAnswer) -> WorkerRequest {
        let rest = expected.maximumTokens == .max ? nil : expected.maximumTokens - request.resumed.count
        var body = CompletionBody(
            adapted(request), prompt: prompt + request.resumed, maxTokens: rest, streamOptions: streamOptions)
        extend(&body, for: request)
        var post = WorkerRequest.post("/v1/completions", body.finished())
        post.name(request)
        return post
    }
}
