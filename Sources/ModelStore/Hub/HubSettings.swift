import AsyncHTTPClient
import NIOCore

/// How to reach a hub.
package struct HubSettings: Sendable {
    package var endpoint: HubEndpoint
    /// Sent to the endpoint only, and only where nobody can read it on the way.
    package var token: String?
    /// Longest wait for a connection.
    package var connectTimeout: Duration = .seconds(10)
    /// Longest wait for the head of an answer.
    package var answerTimeout: Duration = .seconds(30)
    /// Longest wait for the next bytes of an answer.
    package var idleTimeout: Duration = .seconds(30)
    /// Sent as `User-Agent`.
    package var userAgent = "gleaner"
    var proxy: HTTPClient.Configuration.Proxy?

    package init(endpoint: HubEndpoint, token: String? = nil) {
        self.endpoint = endpoint
        self.token = token
    }

    /// Reads `HF_ENDPOINT`, `HF_TOKEN` (or the file that `huggingface-cli login` wrote) and `HTTPS_PROXY`.
    ///
    /// - Throws: `PullError.badSetting`.
    package static func fromEnvironment(_ environment: [String: String]) throws(PullError) -> HubSettings {
        let address = environment["HF_ENDPOINT"].flatMap { $0.isEmpty ? nil : $0 } ?? "https://huggingface.co"
        var settings = HubSettings(endpoint: try HubEndpoint(address))
        settings.token = try HubToken.find(in: environment)
        settings.proxy = try ProxySetting.find(in: environment, for: settings.endpoint.origin)
        return settings
    }

    var clientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connectTimeout), read: TimeAmount(idleTimeout)))
        configuration.proxy = proxy
        // One long transfer at a time: HTTP/2's small windows would only slow it down.
        configuration.httpVersion = .http1Only
        // Our own retries say what they do; the pool's are silent until the connect timeout.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }
}

/// The token that says who asks.
enum HubToken {
    private static let maximumBytes = 4096

    /// - Throws: `PullError.badSetting` for what cannot stand in a header; the value is not repeated.
    static func find(in environment: [String: String]) throws(PullError) -> String? {
        if let token = environment["HF_TOKEN"], !token.isEmpty { return try checked(token, name: "HF_TOKEN") }
        guard let path = path(in: environment), let bytes = try? SmallFile.read(path, limit: maximumBytes) else {
            return nil
        }
        return try checked(String(decoding: bytes, as: UTF8.self), name: path)
    }

    private static func path(in environment: [String: String]) -> String? {
        if let path = environment["HF_TOKEN_PATH"], !path.isEmpty { return path }
        if let home = environment["HF_HOME"], !home.isEmpty { return home + "/token" }
        return environment["HOME"].map { $0 + "/.cache/huggingface/token" }
    }

    private static func checked(_ text: String, name: String) throws(PullError) -> String? {
        let spaces: Set<Character> = [" ", "\n", "\r", "\r\n", "\t"]
        let token = text.drop(while: spaces.contains)
        let end = token.lastIndex { !spaces.contains($0) }
        guard let end else { return nil }
        guard token[...end].utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .badSetting(name: name, value: "…", rule: "a token is letters, digits and signs without spaces")
        }
        return String(token[...end])
    }
}
