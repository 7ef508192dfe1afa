import JSON
import NIOHTTP1

/// A request in the terms of the API.
struct APIRequest: Sendable {
    enum Patch: String, Sendable {
        case merge = "application/merge-patch+json"
        case apply = "application/apply-patch+yaml"
    }

    var method = HTTPMethod.GET
    var path: String
    var query: [(name: String, value: String)] = []
    var contentType = "application/json"
    var body: JSON?
    /// Twice is the same as once: it may be sent again when the connection broke.
    var isRepeatable = false

    static func get(_ path: String, query: [(name: String, value: String)] = []) -> APIRequest {
        APIRequest(path: path, query: query, isRepeatable: true)
    }

    static func post(_ path: String, _ body: JSON, query: [(name: String, value: String)] = []) -> APIRequest {
        APIRequest(method: .POST, path: path, query: query, body: body)
    }

    static func patch(
        _ path: String, _ form: Patch, _ body: JSON, query: [(name: String, value: String)] = []
    ) -> APIRequest {
        APIRequest(
            method: .PATCH, path: path, query: query, contentType: form.rawValue, body: body,
            isRepeatable: form == .apply)
    }
}

/// A whole answer.
struct APIAnswer: Sendable {
    let code: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    var isSuccess: Bool { (200..<300).contains(code) }

    /// - Throws: `.refused` unless the answer says yes, `.malformed` unless it is JSON.
    func json() throws(KubernetesError) -> JSON {
        guard isSuccess else { throw .refused(refusal) }
        do { return try JSON.parse(body) } catch { throw .malformed("it is no JSON (\(error))") }
    }

    var refusal: APIStatus {
        let json = try? JSON.parse(body)
        let text = json == nil ? String(decoding: body.prefix(2000), as: UTF8.self) : ""
        return APIStatus(json, code: code, retryAfter: headers.first(name: "retry-after"), text: text)
    }
}
