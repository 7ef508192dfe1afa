import HTTPTypes
import Ledger
import OpenAI
import WebServer

extension RequestRefusal {
    /// 401 for every key that is not good, in one form, so that nothing is learned from the difference but what the
    /// key's owner may know.
    init(_ error: AuthenticationError) {
        if case .store = error {
            self.init(error: .unavailable("Keys cannot be checked now; try again.", retryAfterSeconds: 2))
            return
        }
        let code = error == .missing ? "missing_api_key" : "invalid_api_key"
        self.init(
            error: APIError(
                status: 401, message: error.description, type: "invalid_request_error", code: code),
            headers: [.wwwAuthenticate: "Bearer"])
    }

    /// 403: a good key of another role.
    static func forbidden(_ message: String) -> RequestRefusal {
        RequestRefusal(
            error: APIError(
                status: 403, message: message, type: "invalid_request_error", code: "insufficient_permissions"))
    }
}
