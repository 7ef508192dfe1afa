import JSON
import OpenAI

/// A running llama-server of llama.cpp. Read in its source of August 2026.
struct LlamaServer: PlainEngine {
    static let maker = "llamacpp"

    private static let running = ["llamacpp:requests_processing"]
    private static let waiting = ["llamacpp:requests_deferred"]
    private static let steps = ["llamacpp:n_decode_total"]

    let connection: WorkerConnection
    let models: [String: KnownModel]
    let description: RemoteDescription
    let streamOptions = JSONObject()
    var metricNames: Set<String> { Set(Self.running + Self.waiting + Self.steps) }

    /// - Throws: `RemoteFailure`.
    init(_ connection: WorkerConnection, _ list: EngineModels) async throws {
        self.connection = connection
        let answer = try await connection.exchange(.get("/props"))
        guard answer.status == 200 else { throw answer.failure }
        let props = try Members(answer.json(), "its answer to /props")
        let slots = try props.integer("total_slots", in: 1...Int(Int32.max))
        let settings = try Members(props["default_generation_settings"], "'default_generation_settings' of its /props")
        let length = try settings.integer("n_ctx", in: 1...Int(Int32.max))
        // The list of models names the context that the model was trained for, the properties that of a slot.
        let list = list.with(contextLength: length, overriding: true)
        models = list.known
        description = RemoteDescription(
            worker: try list.describe(connection, sequences: slots) { min($0 * slots, Int(Int32.max)) },
            streamsLoad: false, resumesExactly: false)
    }

    /// The server has no figure for its cache: a slot that is busy may use all of its part.
    func load(of model: WorkerDescription.Model, _ metrics: MetricsText, reports: Int) -> ModelLoad {
        let id = model.card.id
        let running = metrics.count(Self.running, model: id) ?? 0
        return ModelLoad(
            model: id, running: running, waiting: metrics.count(Self.waiting, model: id) ?? 0,
            kvUsage: min(Double(running) / Double(model.maximumSequences), 1),
            steps: metrics.count(Self.steps, model: id) ?? reports)
    }

    func extend(_ body: inout CompletionBody, for request: GenerationRequest) {
        body.append("timings_per_token", true)
        body.append("repeat_penalty", request.sampling.repetitionPenalty.map { .double($0) })
        // Its slots know no tenants; one that may not share prefixes with others cannot use them at all.
        if !request.cacheSalt.isEmpty { body.append("cache_prompt", false) }
    }

    /// Seeds have 32 bits here, and the highest means a random one.
    func adapted(_ request: GenerationRequest) -> GenerationRequest {
        var request = request
        request.sampling.seed = request.sampling.seed.map { $0 & 0x7FFF_FFFF }
        return request
    }

    func tokenize(_ request: GenerationRequest) async throws -> [[Int32]] {
        switch request.prompt {
        case .tokens(let prompts): return prompts
        case .chat(let chat): return [try await tokens(of: applyTemplate(chat), request)]
        case .text(let texts):
            var prompts: [[Int32]] = []
            for text in texts { prompts.append(try await tokens(of: text, request)) }
            return prompts
        }
    }

    private func applyTemplate(_ chat: ChatPrompt) async throws -> String {
        var body: [UInt8] = []
        JSON.object(JSONObject(Tokenization.members(chat))).append(to: &body)
        let answer = try await connection.exchange(.post("/apply-template", body))
        guard answer.status == 200 else { throw answer.failure }
        let members = try Members(answer.json(), "its answer to /apply-template")
        guard let prompt = members["prompt"]?.string else { throw members.wrong("prompt", "a text") }
        return prompt
    }

    private func tokens(of text: String, _ request: GenerationRequest) async throws -> [Int32] {
        var body: [UInt8] = []
        JSON.object(
            // Text that a model wrote has none of its special tokens in it, whatever it spells.
            JSONObject([
                ("content", .string(text)), ("add_special", .bool(request.addsSpecialTokens)),
                ("parse_special", .bool(request.addsSpecialTokens)),
            ])
        ).append(to: &body)
        let answer = try await connection.exchange(.post("/tokenize", body))
        guard answer.status == 200 else { throw answer.failure }
        return try Tokenization.tokens(answer, vocabularySize: models[request.model]?.vocabularySize)
    }
}
