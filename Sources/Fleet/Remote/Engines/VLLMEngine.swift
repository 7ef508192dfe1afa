import JSON
import OpenAI

/// A running vLLM. Read in its server's source, versions 0.10 to 0.28.
struct VLLMEngine: PlainEngine {
    static let maker = "vllm"

    /// What vLLM takes when it is not told otherwise; the server does not say.
    private static let defaultSequences = 256
    private static let running = ["vllm:num_requests_running"]
    private static let waiting = ["vllm:num_requests_waiting"]
    /// The second name is that of versions before 0.10.
    private static let usage = ["vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"]
    private static let steps = ["vllm:iteration_tokens_total_count"]
    private static let cache = "vllm:cache_config_info"

    let connection: WorkerConnection
    let models: [String: KnownModel]
    let description: RemoteDescription
    var metricNames: Set<String> { Set(Self.running + Self.waiting + Self.usage + Self.steps) }

    /// - Throws: `RemoteFailure`.
    init(_ connection: WorkerConnection, _ list: EngineModels) async throws {
        self.connection = connection
        models = list.known
        let metrics = try await connection.exchange(.get("/metrics"))
        let kvTokens = Self.kvTokens(MetricsText(metrics.status == 200 ? metrics.body : [], names: [Self.cache]))
        let worker = try list.describe(connection, sequences: Self.defaultSequences) { length in
            kvTokens ?? length
        }
        description = RemoteDescription(worker: worker, streamsLoad: false, resumesExactly: false)
    }

    private static func kvTokens(_ metrics: MetricsText) -> Int? {
        let tokens = metrics.samples.compactMap { sample -> Int? in
            guard let size = sample.labels["block_size"].flatMap({ Int($0) }),
                let count = sample.labels["num_gpu_blocks"].flatMap({ Int($0) }), size > 0, count > 0
            else { return nil }
            let (tokens, overflows) = size.multipliedReportingOverflow(by: count)
            return overflows ? nil : tokens
        }
        return tokens.isEmpty ? nil : tokens.reduce(0) { min($0, Int(Int32.max)) + min($1, Int(Int32.max)) }
    }

    func load(of model: WorkerDescription.Model, _ metrics: MetricsText, reports: Int) -> ModelLoad {
        let id = model.card.id
        let usage = min(max(metrics.sum(Self.usage, model: id) ?? 0, 0), 1)
        return ModelLoad(
            model: id, running: metrics.count(Self.running, model: id) ?? 0,
            waiting: metrics.count(Self.waiting, model: id) ?? 0, kvUsage: usage,
            contextTokens: Int(usage * Double(model.kvTokens)),
            steps: metrics.count(Self.steps, model: id) ?? reports)
    }

    func extend(_ body: inout CompletionBody, for request: GenerationRequest) {
        body.append("return_token_ids", true)
        if !request.cacheSalt.isEmpty { body.append("cache_salt", .string(request.cacheSalt)) }
        // No `priority`: a server that was not started for it refuses every other than 0.
    }

    func tokenize(_ request: GenerationRequest) async throws -> [[Int32]] {
        try await Tokenization(connection: connection, models: models).tokens(of: request)
    }
}
