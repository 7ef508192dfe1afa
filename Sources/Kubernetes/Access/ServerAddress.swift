/// Where an API server is.
package struct ServerAddress: Sendable, Equatable {
    /// What requests are sent to: scheme, host, port and perhaps the start of a path, without a slash at the end. The
    /// host is the one that the server's certificate must name.
    package let base: String
    package let isTLS: Bool
    /// The host to connect to for the one in `base`, where they differ.
    let nameOverride: [String: String]

    /// - Parameter tlsName: the name in the server's certificate, when it is not the host's.
    /// - Throws: `AccessError.badServer`.
    package init(_ address: String, tlsName: String? = nil) throws(AccessError) {
        let scheme = ["https://", "http://"].first { address.hasPrefix($0) }
        guard let scheme, address.utf8.count <= 2048 else {
            throw .badServer(address, reason: "write it as https://HOST:PORT")
        }
        var rest = address.dropFirst(scheme.count)
        let isClean = rest.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"@?#\\\"<>".utf8.contains($0) }
        while rest.hasSuffix("/") { rest.removeLast() }
        let authority = rest.prefix { $0 != "/" }
        let host = Self.host(of: authority)
        guard isClean, !host.isEmpty, host != "[]", Self.isPort(authority.dropFirst(host.utf8.count)) else {
            throw .badServer(address, reason: "write it as https://HOST:PORT")
        }
        isTLS = scheme == "https://"
        guard isTLS || Self.isLoopback(host) else {
            throw .badServer(address, reason: "without TLS everybody on the way could read and change what is said")
        }
        guard let tlsName, !tlsName.isEmpty, tlsName != host else {
            base = scheme + rest
            nameOverride = [:]
            return
        }
        guard Self.isName(tlsName) else { throw .badServer(tlsName, reason: "tls-server-name must be a host's name") }
        base = scheme + tlsName + rest.dropFirst(host.utf8.count)
        nameOverride = [tlsName: String(host.drop { $0 == "[" }.prefix { $0 != "]" })]
    }

    private static func host(of authority: Substring) -> Substring {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") { return authority[...end] }
        return authority.prefix { $0 != ":" }
    }

    /// Nothing, or a colon and a port's number.
    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || (text.first == ":" && UInt16(text.dropFirst()).map { $0 > 0 } ?? false)
    }

    private static func isLoopback(_ host: Substring) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func isName(_ name: String) -> Bool {
        name.utf8.count <= 253
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
