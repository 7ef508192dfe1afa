import Hummingbird
import JSON
import OpenAI
import WebServer

/// `/v1/requests/{id}`: where a request is that has not ended, and why it waits. The id is its `x-request-id`, or the
/// answer's own (`x-generation-id`).
struct RequestRoute: Sendable {
    let worker: any Worker
    let access: Access

    func respond(_ id: String, _ request: Request) async throws -> Response {
        let buyer = try await access.tenant(request)
        let id = PercentEncoding.decoded(id) ?? id
        guard let standing = await worker.standing(of: id, tenant: buyer.tenant) else {
            throw APIError(
                status: 404, message: "There is no request '\(APIError.excerpt(id))' under way.",
                type: "invalid_request_error", code: "not_found")
        }
        return .json(Array(JSON.object(standing.json(id: id)).serialized().utf8))
    }
}

extension RequestStanding {
    fileprivate func json(id: String) -> JSONObject {
        var object = JSONObject()
        object["id"] = .string(id)
        object["object"] = "request"
        object["status"] = .string(phase.rawValue)
        object["reason"] = reason.map { .string($0) } ?? .null
        object["starts_in_seconds"] = startsIn.map { .double($0) } ?? .null
        object["moves"] = .int(moves)
        object["completion_tokens"] = .int(tokens)
        return object
    }
}
