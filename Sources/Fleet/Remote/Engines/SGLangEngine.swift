import JSON
import OpenAI

/// A running SGLang. Read in its server's source, version 0.5.
struct SGLangEngine: PlainEngine {
    static let maker = "sglang"

    /// For a server that does not say.
    private static let defaultSequences = 128
    private static let running = ["sglang:num_running_reqs", "sglang_num_running_reqs"]
    private static let waiting = ["sglang:num_queue_reqs", "sglang_num_queue_reqs"]
    private static let usage = ["sglang:token_usage", "sglang_token_usage"]

    let connection: WorkerConnection
    let models: [String: KnownModel]
    let description: RemoteDescription
    var metricNames: Set<String> { Set(Self.running + Self.waiting + Self.usage) }

    /// - Throws: `RemoteFailure`.
    init(_ connection: WorkerConnection, _ list: EngineModels) async throws {
        self.connection = connection
        let answer = try await connection.exchange(.get("/get_server_info"))
        let info = answer.status == 200 ? try answer.json() : .null
        let count = { (name: String) in info[name]?.int.flatMap { (1...Int(Int32.max)).contains($0) ? $0 : nil } }
        let list = list.with(contextLength: count("context_length"))
        models = list.known
        let worker = try list.describe(
            connection, sequences: count("max_running_requests") ?? Self.defaultSequences
        ) { length in
            count("max_total_num_tokens") ?? length
        }
        description = RemoteDescription(worker: worker, streamsLoad: false, resumesExactly: false)
    }

    func load(of model: WorkerDescription.Model, _ metrics: MetricsText, reports: Int) -> ModelLoad {
        let id = model.card.id
        let usage = min(max(metrics.sum(Self.usage, model: id) ?? 0, 0), 1)
        return ModelLoad(
            model: id, running: metrics.count(Self.running, model: id) ?? 0,
            waiting: metrics.count(Self.waiting, model: id) ?? 0, kvUsage: usage,
            contextTokens: Int(usage * Double(model.kvTokens)), steps: reports)
    }

    func extend(_ body: inout CompletionBody, for request: GenerationRequest) {
        if !request.cacheSalt.isEmpty { body.append("cache_salt", .string(request.cacheSalt)) }
    }

    /// Texts only: the server has no way to apply a chat template without generating.
    func tokenize(_ request: GenerationRequest) async throws -> [[Int32]] {
        if case .chat = request.prompt {
            // Another worker of the model may.
            throw RemoteFailure.broken("it cannot apply a chat template")
        }
        return try await Tokenization(connection: connection, models: models).tokens(of: request)
    }
}
