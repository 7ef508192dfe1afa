import Hummingbird
import JSON
import OpenAI
import WebServer

/// `POST /tokenize`: the tokens that a prompt is for the model, as vLLM answers it. A prompt that the model's context
/// does not hold is refused as it would be by the endpoint that generates.
struct TokenizeRoute: Sendable {
    let worker: any EngineWorker
    let bodies: BodyReader

    func respond(to request: Request) async throws -> Response {
        let generation = try await bodies.read(request) { try TokenizeRequest(body: $0) }.generation
        let prepared = try await worker.prepare(generation)
        guard let tokens = prepared.prompts.first,
            let card = await worker.models().first(where: { $0.id == generation.model })
        else { throw APIError.internalFailure }
        return .json(Self.answer(tokens, contextLength: card.contextLength))
    }

    private static func answer(_ tokens: [Int32], contextLength: Int) -> [UInt8] {
        var bytes = Array(#"{"count":\#(tokens.count),"max_model_len":\#(contextLength),"tokens":["#.utf8)
        bytes.reserveCapacity(bytes.count + 7 * tokens.count)
        for (place, token) in tokens.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: String(token).utf8)
        }
        bytes.append(contentsOf: "]}".utf8)
        return bytes
    }
}
