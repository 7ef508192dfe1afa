import Hummingbird
import JSON
import OpenAI
import Routing
import WebServer

/// What the worker says of itself: `/v1/models` for everybody, `/gleaner/worker` for gateways.
struct DescriptionRoutes: Sendable {
    let worker: any EngineWorker

    func models() async -> Response { Self.answer(ModelCard.list(await worker.models())) }

    func worker() async -> Response { Self.answer(await worker.describe().json) }

    private static func answer(_ json: JSON) -> Response {
        var bytes: [UInt8] = []
        json.append(to: &bytes)
        return .json(bytes)
    }
}

extension WorkerDescription {
    /// The version of the worker protocol.
    private static let protocolVersion = 1

    /// The answer of `/gleaner/worker`.
    fileprivate var json: JSON {
        .object(
            JSONObject([
                ("protocol", .int(Self.protocolVersion)), ("id", .string(id)), ("kind", .string(kind)),
                ("models", .array(models.map(\.json))), ("profile", profile?.json ?? .null),
                ("prefix_chunk_tokens", .int(PrefixChain.chunkTokens)),
                ("sequences", .int(Int(SequenceProtocol.version))),
            ]))
    }
}

extension WorkerDescription.Model {
    fileprivate var json: JSON {
        .object(
            JSONObject([
                ("id", .string(card.id)), ("context_length", .int(card.contextLength)),
                ("max_sequences", .int(maximumSequences)), ("max_waiting", .int(maximumWaiting)),
                ("kv_tokens", .int(kvTokens)), ("created", .int(card.created)),
                ("quantization", card.quantization.map { .string($0) } ?? .null),
                ("vocab_size", vocabularySize.map { .int($0) } ?? .null),
            ]))
    }
}

extension SpeedProfile {
    fileprivate var json: JSON {
        .object(
            JSONObject([
                ("prefill_tokens_per_second", .double(prefillTokensPerSecond)), ("step_seconds", .double(stepSeconds)),
                ("step_seconds_per_sequence", .double(secondsPerSequence)),
                ("step_seconds_per_context_token", .double(secondsPerContextToken)),
            ]))
    }
}
