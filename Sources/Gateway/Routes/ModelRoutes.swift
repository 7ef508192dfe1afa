import Hummingbird
import JSON
import Ledger
import OpenAI
import WebServer

/// `/v1/models`: what can be asked for, and what it costs now.
struct ModelRoutes: Sendable {
    let worker: any Worker
    let access: Access

    func list(_ request: Request) async throws -> Response {
        let prices = try await prices(request)
        let cards = await worker.models().map { $0.json(pricing: prices($0.id)) }
        return .json(Array(ModelCard.list(cards).serialized().utf8))
    }

    /// - Parameter id: as it stands in the path. It may contain slashes, written plainly or as `%2F`.
    func model(_ id: String, _ request: Request) async throws -> Response {
        let prices = try await prices(request)
        let id = PercentEncoding.decoded(id) ?? id
        guard let model = await worker.models().first(where: { $0.id == id }) else {
            throw APIError.modelNotFound(APIError.excerpt(id))
        }
        return .json(Array(model.json(pricing: prices(model.id)).serialized().utf8))
    }

    /// The price of each model now, in the default tier; any good key may ask.
    private func prices(_ request: Request) async throws -> (_ model: String) -> JSON? {
        _ = try await access.principal(request)
        let (book, nowMs) = try await access.prices()
        return { book.price(model: $0, tier: .standard, atMs: nowMs)?.prices.pricing }
    }
}

extension TokenPrices {
    /// USD for each token as decimal strings, by the names of OpenRouter's list of providers.
    var pricing: JSON {
        var object = JSONObject()
        object["prompt"] = .string(input.description)
        object["completion"] = .string(output.description)
        object["input_cache_read"] = .string(cachedInput.description)
        return .object(object)
    }
}
