/// What a run of the load generator sends.
package struct LoadPlan: Sendable, Equatable {
    package enum API: String, Sendable, CaseIterable {
        case chat
        case completions
    }

    /// Address of an OpenAI-compatible server, ending in its version: `http://127.0.0.1:8080/v1`.
    package var baseURL: String
    package var model: String
    package var api = API.chat
    /// Measured requests.
    package var requests = 64
    /// Requests under way at once, at most.
    package var concurrency = 16
    /// Arrivals a second, at random times (a Poisson process); nil to send the next when one ends.
    package var rate: Double?
    /// Tokens of each prompt, as near as warm-up can bring it.
    package var promptTokens = 128
    /// Tokens of each answer at most.
    package var maxTokens = 128
    /// Asks the server to go on after the model ends its answer, so that every answer is `maxTokens` long.
    package var ignoresEndOfText = false
    /// Tokens at the start of every prompt that are the same in all; the rest differs.
    package var sharedPrefixTokens = 0
    /// Requests before the measured ones. They are not counted, except that one which fails ends the run.
    package var warmUpRequests = 1
    /// Longest a request may take.
    package var timeout = Duration.seconds(300)
    /// Draws the same prompts and arrival times again.
    package var seed: UInt64 = 1
    /// Sent as a bearer token.
    package var apiKey: String?

    package init(baseURL: String, model: String) {
        self.baseURL = baseURL
        self.model = model
    }

    /// The base address that people mean by `text`: with `/v1` at the end, where there is no path.
    ///
    /// - Throws: `LoadError.badAddress`.
    package static func baseURL(_ text: String) throws(LoadError) -> String {
        let withScheme = text.contains("://") ? text : "http://" + text
        guard ["http://", "https://"].contains(where: withScheme.hasPrefix) else { throw .badAddress(text) }
        let parts = withScheme.split(separator: "/", omittingEmptySubsequences: true)
        guard parts.count >= 2, !parts[1].contains(" ") else { throw .badAddress(text) }
        let trimmed = withScheme.hasSuffix("/") ? String(withScheme.dropLast()) : withScheme
        return parts.count == 2 ? trimmed + "/v1" : trimmed
    }
}

/// Why a run could not be made.
package enum LoadError: Error, Equatable, Sendable, CustomStringConvertible {
    case badAddress(String)
    /// The server was asked for its models and did not name exactly one.
    case noModel(url: String, found: [String])
    case warmUpFailed(url: String, reason: String)

    package var description: String {
        switch self {
        case .badAddress(let text): "'\(text)' is no address: give one such as http://127.0.0.1:8080"
        case .noModel(let url, let found) where found.isEmpty: "\(url) names no model: give --model"
        case .noModel(let url, let found):
            "\(url) serves several models: give --model as \(found.joined(separator: " or "))"
        case .warmUpFailed(let url, let reason): "The first request to \(url) failed: \(reason)"
        }
    }
}
