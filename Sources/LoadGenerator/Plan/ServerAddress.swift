import FoundationEssentials

/// Where an OpenAI-compatible server listens, and the addresses of its endpoints.
package struct ServerAddress: Sendable, Equatable, CustomStringConvertible {
    /// With the version's path and without a slash at its end: `http://127.0.0.1:8080/v1`.
    package let description: String

    /// What people write for it: a scheme of `http` is assumed where there is none, and a path of `/v1`; an
    /// endpoint's path at the end is taken away.
    ///
    /// - Throws: `LoadError.badAddress`.
    package init(_ text: String) throws(LoadError) {
        var address = text.contains("://") ? text : "http://" + text
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let parts = URLComponents(string: address),
            ["http", "https"].contains(parts.scheme?.lowercased()), let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
            (1...65_535).contains(parts.port ?? 80)
        else { throw .badAddress(text) }
        for ending in ["/", "/chat/completions", "/completions", "/models", "/"] where address.hasSuffix(ending) {
            address.removeLast(ending.count)
        }
        let hasPath = address.split(separator: "/").count > 2
        description = hasPath ? address : address + "/v1"
    }

    var models: String { description + "/models" }

    func completions(of api: LoadPlan.API) -> String {
        switch api {
        case .chat: description + "/chat/completions"
        case .completions: description + "/completions"
        }
    }
}
