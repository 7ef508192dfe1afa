import Glibc
package import NIOSSL

/// Encryption of a server's connections, from files in PEM form.
package struct ServerTLS: Sendable, Equatable {
    /// The server's certificate, followed by those that lead from it to an authority.
    package var certificateFile: String
    package var privateKeyFile: String
    /// Authorities of clients: with it, only clients with a certificate of one of them are let in (mTLS).
    package var clientAuthorityFile: String?

    package init(certificateFile: String, privateKeyFile: String, clientAuthorityFile: String? = nil) {
        self.certificateFile = certificateFile
        self.privateKeyFile = privateKeyFile
        self.clientAuthorityFile = clientAuthorityFile
    }

    /// Reads the files.
    package func configuration() throws(ServerTLSError) -> TLSConfiguration {
        let chain = try read(certificateFile) { try NIOSSLCertificate.fromPEMFile($0) }
        guard !chain.isEmpty else { throw ServerTLSError(file: certificateFile, reason: "it holds no certificate") }
        let key = try read(privateKeyFile) { try NIOSSLPrivateKey(file: $0, format: .pem) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        guard let file = clientAuthorityFile else { return configuration }
        let authorities = try read(file) { try NIOSSLCertificate.fromPEMFile($0) }
        guard !authorities.isEmpty else { throw ServerTLSError(file: file, reason: "it holds no certificate") }
        configuration.trustRoots = .certificates(authorities)
        // The name in a client's certificate is nothing that a server could compare.
        configuration.certificateVerification = .noHostnameVerification
        return configuration
    }

    private func read<Value>(_ file: String, _ load: (String) throws -> Value) throws(ServerTLSError) -> Value {
        guard access(file, R_OK) == 0 else {
            throw ServerTLSError(file: file, reason: String(cString: strerror(errno)).lowercased())
        }
        do { return try load(file) } catch {
            throw ServerTLSError(file: file, reason: "it is not what is needed there, in PEM form")
        }
    }
}

/// Why a server cannot encrypt.
package struct ServerTLSError: Error, Equatable, CustomStringConvertible {
    package let file: String
    package let reason: String

    package var description: String { "Cannot use \(file) for TLS: \(reason)." }
}
