package import NIOSSL

/// Where a worker is, and how the two know each other.
package struct WorkerEndpoint: Sendable {
    /// `http://host:port` or `https://host:port`, perhaps with a path in front of `/v1`; no slash at the end.
    package let address: String
    /// Sent as `Authorization: Bearer` with every request.
    package let token: String?
    /// Nil: what the system trusts, and no certificate of ours.
    package let tls: TLSConfiguration?
    /// The longest wait for the head of an answer, and for the whole of a short one.
    package var headDeadline: Duration = .seconds(10)

    /// - Throws: `EndpointError`.
    package init(_ address: String, token: String? = nil, tls: WorkerTLS? = nil) throws(EndpointError) {
        self.address = try Self.checked(address)
        guard token?.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) ?? true, token != "" else { throw .badToken }
        self.token = token
        guard let tls else {
            self.tls = nil
            return
        }
        guard address.hasPrefix("https://") else { throw .tlsWithoutHTTPS(address) }
        self.tls = try tls.configuration()
    }

    private static func checked(_ address: String) throws(EndpointError) -> String {
        let scheme = ["http://", "https://"].first { address.hasPrefix($0) }
        guard let scheme, address.utf8.count <= 2048 else { throw .badAddress(address) }
        let rest = address.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" }
        let isClean = rest.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"@?#\\\"<>".utf8.contains($0) }
        guard isClean, !host.isEmpty, !host.hasPrefix(":") else { throw .badAddress(address) }
        var address = address
        while address.hasSuffix("/") { address.removeLast() }
        return address
    }
}

/// Files in PEM form for TLS with a worker.
package struct WorkerTLS: Sendable, Equatable {
    /// Certificates of the authorities that may sign the worker's; nil = those that the system trusts.
    package var authorities: String?
    /// Our certificate and those that sign it; nil = none.
    package var certificate: String?
    /// The key of `certificate`.
    package var key: String?

    package init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
    }

    func configuration() throws(EndpointError) -> TLSConfiguration {
        guard (certificate == nil) == (key == nil) else { throw .halfCertificate }
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authorities { configuration.trustRoots = .certificates(try Self.certificates(authorities)) }
        if let certificate, let key {
            configuration.certificateChain = try Self.certificates(certificate).map { .certificate($0) }
            configuration.privateKey = .privateKey(try Self.read(key) { try NIOSSLPrivateKey(file: $0, format: .pem) })
        }
        return configuration
    }

    private static func certificates(_ path: String) throws(EndpointError) -> [NIOSSLCertificate] {
        let certificates = try read(path) { try NIOSSLCertificate.fromPEMFile($0) }
        guard !certificates.isEmpty else { throw .unreadable(path: path, reason: "it holds no certificate") }
        return certificates
    }

    private static func read<Value>(_ path: String, _ body: (String) throws -> Value) throws(EndpointError) -> Value {
        do { return try body(path) } catch { throw .unreadable(path: path, reason: "\(error)") }
    }
}

/// Why a worker cannot be asked at all: the operator's setting is wrong.
package enum EndpointError: Error, Equatable, CustomStringConvertible {
    case badAddress(String)
    /// The value is not repeated.
    case badToken
    case tlsWithoutHTTPS(String)
    case halfCertificate
    case unreadable(path: String, reason: String)

    package var description: String {
        switch self {
        case .badAddress(let address):
            "'\(WorkerWords.excerpt(address))' is no worker's address: write it as http://HOST:PORT or https://HOST:PORT."
        case .badToken: "A worker's token must be letters, digits and signs without spaces."
        case .tlsWithoutHTTPS(let address): "Certificates are set for '\(address)', which is not https."
        case .halfCertificate: "A client certificate needs its key, and a key its certificate."
        case .unreadable(let path, let reason): "'\(path)' cannot be read as PEM: \(reason)."
        }
    }
}
