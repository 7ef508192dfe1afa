import Engine
package import OpenAI

/// The models of this process as a worker: what stands behind the front door when both are one process.
package final class NodeWorker: Worker {
    private let served: [ServedModel]
    private let encoder = PromptEncoder()

    package init(models: [ServedModel]) { served = models }

    package func models() async -> [ModelCard] { served.map(\.card) }

    package var isReady: Bool {
        get async { !served.isEmpty }
    }

    package func generate(_ request: GenerationRequest) async throws(APIError) -> GenerationStream {
        guard let model = served.first(where: { $0.card.id == request.model }) else {
            throw .modelNotFound(request.model)
        }
        let prompts = try await encoder.encode(request.prompt, for: model)
        let (stream, continuation) = GenerationStream.makeStream()
        let relay = ChoiceRelay(
            prompts: prompts, choicesPerPrompt: request.n, tokenizer: model.frontEnd.tokenizer,
            reportsTokens: request.topLogprobs != nil, to: continuation)
        do {
            try relay.submit(EngineRequests(request, prompts: prompts, model: model).all, to: model.engine)
        } catch {
            throw APIError(error, request: request)
        }
        return stream
    }

    /// Ends every generation; what runs gets an error that says so.
    package func stop() async {
        for model in served { await model.engine.stop() }
    }
}
