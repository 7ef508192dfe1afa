import JSON
import NIOHTTP1
import OpenAI

extension ShortAnswer {
    private static let maximumMessage = 2000

    /// What it means that it has another status than 200.
    var failure: RemoteFailure {
        let json = try? JSON.parse(body)
        let error = json?["error"]?.object == nil ? json : json?["error"]
        let words = Self.message(in: json).map { ": " + WorkerWords.excerpt($0) } ?? ""
        switch status {
        case 429: return .busy(retryAfterSeconds: retryAfter)
        case 401, 403:
            return .broken("it refuses our token with status \(status)\(words); check the token that is set for it")
        case 404: return .broken("it answered 404\(words); check its address and that it serves the model")
        case 400, 422: return refusal(error) ?? .broken("it answered \(status)\(words)")
        case 503 where error?["code"] == "draining": return .draining
        case 500..<600: return .lost("it answered \(status)\(words)")
        default: return .broken("it answered \(status)\(words)")
        }
    }

    /// OpenAI's error as the client will see it.
    private func refusal(_ error: JSON?) -> RemoteFailure? {
        guard let error, let message = error["message"]?.string else { return nil }
        return RemoteFailure(refusal: error, message: WorkerWords.excerpt(message, limit: Self.maximumMessage))
    }

    private var retryAfter: Int {
        headers.first(name: "retry-after").flatMap { Int($0) }.map { min(max($0, 1), 3600) } ?? 1
    }

    /// The message of OpenAI's form, or of one of those that other servers use.
    private static func message(in json: JSON?) -> String? {
        let places = [json?["error"]?["message"], json?["error"], json?["message"], json?["detail"]]
        return places.lazy.compactMap { $0?.string }.first
    }
}

extension RemoteFailure {
    /// Codes that tell what is wrong with a request. Whatever else a worker says, of money or of keys, is not for
    /// clients: it knows neither.
    private static let requestCodes: Set<String> = [
        "context_length_exceeded", "invalid_json", "invalid_type", "invalid_value", "missing_required_parameter",
        "unknown_parameter", "unsupported_parameter", "unsupported_prompt",
    ]

    /// The client's fault in a worker's words: only they, the parameter and a code that we know get through.
    fileprivate init(refusal error: JSON, message: String) {
        let param = error["param"]?.string.flatMap { name in
            let isName = name.utf8.count <= 100 && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            return isName && !name.isEmpty ? name : nil
        }
        let code = error["code"]?.string.flatMap { Self.requestCodes.contains($0) ? $0 : nil }
        self = .refused(.invalid(message, param: param, code: code))
    }

    /// An error that came as an event of a stream, as `{"error":{…}}`: there is no status, so its words tell.
    init(inStream error: JSON) {
        let message = WorkerWords.excerpt(error["message"]?.string ?? error.string ?? "no message")
        let status = error["code"]?.int ?? 0
        let (type, code) = (error["type"]?.string, error["code"]?.string)
        if code == "draining" {
            self = .draining
        } else if status == 429 || type == "rate_limit_error" {
            self = .busy(retryAfterSeconds: 1)
        } else if status == 400 || type == "invalid_request_error" || type == "BadRequestError" {
            self = RemoteFailure(refusal: error, message: message)
        } else {
            self = .lost("it ended the stream with an error: \(message)")
        }
    }
}
