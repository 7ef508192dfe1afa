import JSON
import OpenAI
import Routing

/// The answer of `GET /gleaner/worker`.
struct GleanerDescription: Sendable {
    /// The version that we speak.
    static let protocolVersion = 1
    private static let maximumNameBytes = 100

    let worker: WorkerDescription
    let models: [String: KnownModel]
    /// All sequences can share one connection, with the frames that we know.
    let sharesConnection: Bool

    init(_ json: JSON) throws(RemoteFailure) {
        let members = try Members(json, "its description")
        let version = try members.integer("protocol")
        guard version == Self.protocolVersion else {
            throw .broken("it speaks version \(version) of the worker protocol, we version \(Self.protocolVersion)")
        }
        let chunk = try members.integer("prefix_chunk_tokens", default: PrefixChain.chunkTokens)
        guard chunk == PrefixChain.chunkTokens else {
            throw .broken("its prefix digests are of \(chunk) tokens, ours of \(PrefixChain.chunkTokens)")
        }
        var (models, known): ([WorkerDescription.Model], [String: KnownModel]) = ([], [:])
        let list = try members.array("models")
        guard list.count <= KnownModel.maximumModels else { throw .broken("it describes \(list.count) models") }
        for json in list {
            let members = try Members(json, "a model of its description")
            let model = try Self.model(members)
            guard known[model.card.id] == nil else { throw .broken("it describes the model '\(model.card.id)' twice") }
            known[model.card.id] = KnownModel(
                contextLength: model.card.contextLength, vocabularySize: model.vocabularySize)
            models.append(model)
        }
        self.models = known
        sharesConnection = try members.integer("sequences", default: 0) == Int(SequenceProtocol.version)
        worker = WorkerDescription(
            id: try members.asciiText("id", maximumBytes: Self.maximumNameBytes),
            kind: try members.asciiText("kind", maximumBytes: Self.maximumNameBytes),
            models: models, profile: try Self.profile(members["profile"]))
    }

    private static func model(_ members: Members) throws(RemoteFailure) -> WorkerDescription.Model {
        let maximumSequences = try members.integer("max_sequences", in: 1...Int(Int32.max))
        let card = ModelCard(
            id: try members.printableText("id", maximumBytes: KnownModel.maximumNameBytes),
            created: try members.integer("created", in: 0...Int.max, default: 0),
            contextLength: try members.integer("context_length", in: 1...Int(Int32.max)),
            quantization: members["quantization"] == nil
                ? nil : try members.printableText("quantization", maximumBytes: Self.maximumNameBytes),
            maximumConcurrency: maximumSequences)
        let vocabularySize =
            members["vocab_size"] == nil
            ? nil : try members.integer("vocab_size", in: 1...Int(Int32.max))
        return WorkerDescription.Model(
            card: card, maximumSequences: maximumSequences, maximumWaiting: try members.integer("max_waiting"),
            kvTokens: try members.integer("kv_tokens", in: 0...Int.max), vocabularySize: vocabularySize)
    }

    private static func profile(_ json: JSON?) throws(RemoteFailure) -> SpeedProfile? {
        guard let json else { return nil }
        let members = try Members(json, "its profile")
        let seconds = { (name: String) throws(RemoteFailure) in
            members[name] == nil ? 0 : try members.number(name, in: 0...3600)
        }
        return SpeedProfile(
            prefillTokensPerSecond: try members.number("prefill_tokens_per_second", in: 1e-3...1e12),
            stepSeconds: try members.number("step_seconds", in: 0...3600),
            secondsPerSequence: try seconds("step_seconds_per_sequence"),
            secondsPerContextToken: try seconds("step_seconds_per_context_token"))
    }
}
