import Engine
package import OpenAI

/// The models of this process as a worker: what stands behind the front door when both are one process.
package final class NodeWorker: EngineWorker {
    package let id = WorkerID.make()
    private let served: [ServedModel]
    private let kind: String
    private let profile: SpeedProfile?
    private let encoder = PromptEncoder()

    /// - Parameters:
    ///   - kind: names what is equally fast.
    ///   - profile: how fast it claims to be; nil: whoever wants to know learns it.
    package init(models: [ServedModel], kind: String = "gleaner-cpu", profile: SpeedProfile? = nil) {
        served = models
        self.kind = kind
        self.profile = profile
    }

    package func models() async -> [ModelCard] { served.map(\.card) }

    package var isReady: Bool {
        get async { !served.isEmpty }
    }

    package func prepare(_ request: GenerationRequest) async throws(APIError) -> any PreparedGeneration {
        guard let model = served.first(where: { $0.card.id == request.model }) else {
            throw .modelNotFound(request.model)
        }
        let prompts = try await encoder.encode(request, for: model)
        return try PreparedRequest(request, prompts: prompts, model: model)
    }

    package func counters() async -> WorkerCounters? {
        let totals = served.reduce(TokenTotals()) { $0 + $1.engine.totals }
        return WorkerCounters(promptTokens: totals.promptTokens, generatedTokens: totals.generatedTokens)
    }

    package func describe() async -> WorkerDescription {
        WorkerDescription(id: id, kind: kind, models: served.map(\.description), profile: profile)
    }

    package func load() async -> WorkerLoad { WorkerLoad(models: served.map(\.load)) }

    /// Ends every generation; what runs gets an error that says so.
    package func stop() async {
        for model in served { await model.engine.stop() }
    }
}
