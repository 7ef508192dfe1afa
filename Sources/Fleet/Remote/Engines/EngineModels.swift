import JSON
import OpenAI

/// The answer of `GET /v1/models`, by which engines are told apart.
struct EngineModels: Sendable {
    struct Model: Sendable {
        var id: String
        var created: Int
        /// Nil when the engine does not say.
        var contextLength: Int?
        var vocabularySize: Int?
    }

    /// Who made the engine: `vllm`, `sglang`, `llamacpp`.
    let maker: String
    private(set) var models: [Model]

    /// - Throws: `RemoteFailure`.
    static func ask(_ connection: WorkerConnection) async throws -> EngineModels {
        let answer = try await connection.exchange(.get("/v1/models"))
        guard answer.status == 200 else { throw answer.failure }
        return try EngineModels(answer.json())
    }

    init(_ json: JSON) throws(RemoteFailure) {
        let values = try Members(json, "its answer to /v1/models").array("data")
        guard !values.isEmpty else { throw .lost("it serves no model yet") }
        guard values.count <= KnownModel.maximumModels else { throw .broken("it lists \(values.count) models") }
        var (maker, models): (String, [Model]) = ("", [])
        for json in values {
            let members = try Members(json, "a model of its list")
            maker = try members.optionalText("owned_by") ?? maker
            let meta = try members["meta"].map { json throws(RemoteFailure) in try Members(json, "a model's 'meta'") }
            let length = try members.integer("max_model_len", default: meta?.integer("n_ctx", default: 0) ?? 0)
            let size = try meta?.integer("n_vocab", default: 0) ?? 0
            models.append(
                Model(
                    id: try members.printableText("id", maximumBytes: KnownModel.maximumNameBytes),
                    created: try members.integer("created", in: 0...Int.max, default: 0),
                    contextLength: length > 0 ? length : nil, vocabularySize: size > 0 ? size : nil))
        }
        self.maker = maker
        self.models = models
    }

    /// The list with another context length for models that name none, or for all.
    func with(contextLength: Int?, overriding: Bool = false) -> EngineModels {
        guard let contextLength else { return self }
        var list = self
        for place in models.indices where overriding || models[place].contextLength == nil {
            list.models[place].contextLength = contextLength
        }
        return list
    }

    var known: [String: KnownModel] {
        var known: [String: KnownModel] = [:]
        for model in models {
            known[model.id] = model.contextLength.map {
                KnownModel(contextLength: $0, vocabularySize: model.vocabularySize)
            }
        }
        return known
    }

    /// What there is to say of a worker that says little of itself.
    ///
    /// - Parameters:
    ///   - sequences: that run at once, in each model.
    ///   - kvTokens: by a model and its context length.
    /// - Throws: `.broken` when a model's context length is not known.
    func describe(
        _ connection: WorkerConnection, sequences: Int, kvTokens: (Int) -> Int
    ) throws(RemoteFailure) -> WorkerDescription {
        let place = connection.endpoint.address.split(separator: "//").last.map(String.init) ?? ""
        let models = try models.map { model throws(RemoteFailure) -> WorkerDescription.Model in
            guard let length = model.contextLength else {
                throw .broken("it does not say how long the context of '\(model.id)' is")
            }
            let card = ModelCard(
                id: model.id, created: model.created, contextLength: length, maximumConcurrency: sequences)
            return WorkerDescription.Model(
                card: card, maximumSequences: sequences, maximumWaiting: Self.maximumWaiting,
                kvTokens: kvTokens(length))
        }
        return WorkerDescription(id: String("\(maker)@\(place)".prefix(100)), kind: maker, models: models)
    }

    /// These engines queue without a limit; longer queues than this are for the gateway.
    private static let maximumWaiting = 64
}
