import Engine
import OpenAI
import Tokenizers

/// A request for one of this process's models: encoded, checked, and not yet queued.
struct PreparedRequest: PreparedGeneration {
    private let request: GenerationRequest
    let prompts: [[TokenID]]
    private let model: ServedModel

    /// - Throws: what the engine would refuse whatever its load.
    init(_ request: GenerationRequest, prompts: [[TokenID]], model: ServedModel) throws(APIError) {
        guard request.resumed.isEmpty || prompts.count * request.n == 1 else {
            throw .invalid(
                "Only one answer can be resumed, but the request asks for \(prompts.count * request.n).",
                param: "gleaner_resume")
        }
        self.request = request
        self.prompts = prompts
        self.model = model
        do {
            // The choices of a prompt differ only in their seed.
            for choice in EngineRequests(request, prompts: prompts, model: model, choices: 1).all {
                try model.engine.check(choice)
            }
        } catch {
            throw APIError(error, request: request)
        }
    }

    var maximumOutputTokens: Int {
        prompts.reduce(0) { sum, prompt in
            sum + request.n * min(request.maxTokens ?? .max, model.engine.contextTokens - prompt.count)
        }
    }

    func start(priority: Int) async throws(APIError) -> GenerationStream {
        let (stream, continuation) = GenerationStream.makeStream()
        let relay = ChoiceRelay(request, prompts: prompts, tokenizer: model.frontEnd.tokenizer, to: continuation)
        var request = request
        request.priority = priority
        do {
            try relay.submit(
                EngineRequests(request, prompts: prompts, model: model, choices: request.n).all, to: model.engine)
        } catch {
            throw APIError(error, request: request)
        }
        return stream
    }
}
