/// Why a run could not begin.
package enum LoadError: Error, Equatable, Sendable, CustomStringConvertible {
    case badAddress(String)
    case badSetting(name: String, value: String, rule: String)
    /// The server was asked for its models.
    case noModels(url: String, RequestFailure)
    case emptyModelList(url: String)
    /// No warm-up request succeeded; this is why the first did not.
    case warmUpFailed(url: String, RequestFailure)

    package var description: String {
        switch self {
        case .badAddress(let text):
            "'\(text)' is not a server's address; give one such as http://127.0.0.1:8080/v1."
        case .badSetting(let name, let value, let rule): "--\(name) must be \(rule), not \(value)."
        case .noModels(let url, let failure):
            "The server's models are unknown, because \(url) failed: \(failure). Give --model to do without."
        case .emptyModelList(let url): "\(url) names no model; give --model."
        case .warmUpFailed(let url, let failure):
            "Nothing was measured, because the warm-up requests to \(url) failed: \(failure)."
        }
    }
}
