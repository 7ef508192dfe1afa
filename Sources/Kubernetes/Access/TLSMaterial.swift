import NIOSSL
import Synchronization

/// What a server's certificate is checked against, and our own certificate.
package final class TLSMaterial: Sendable {
    private struct Made {
        var from: [[UInt8]?]
        var configuration: TLSConfiguration
    }

    private let authorities: Material?
    private let certificate: Material?
    private let key: Material?
    private let made = Mutex<Made?>(nil)

    /// - Parameters:
    ///   - authorities: certificates that may sign the server's, in PEM form; nil = those that the system trusts.
    ///   - certificate: ours and those that sign it; nil = none.
    package init(authorities: Material? = nil, certificate: Material? = nil, key: Material? = nil) throws(AccessError) {
        guard (certificate == nil) == (key == nil) else {
            throw .badMaterial(
                what: "client certificate", reason: "a certificate needs its key, and a key its certificate")
        }
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
    }

    /// The same check of the server, and nothing of our own.
    func withoutCertificate() throws(AccessError) -> TLSMaterial { try TLSMaterial(authorities: authorities) }

    /// The configuration for connections from now on: a new one when a file changed.
    func configuration(at now: Duration) throws(AccessError) -> TLSConfiguration {
        var parts: [[UInt8]?] = []
        for material in [authorities, certificate, key] { parts.append(try material?.bytes(at: now)) }
        if let known = made.withLock({ $0 }), known.from == parts { return known.configuration }
        do throws(AccessError) {
            let configuration = try make(parts)
            made.withLock { $0 = Made(from: parts, configuration: configuration) }
            return configuration
        } catch {
            // Files that are being replaced may not fit each other for a moment.
            guard let known = made.withLock({ $0 }) else { throw error }
            return known.configuration
        }
    }

    private func make(_ parts: [[UInt8]?]) throws(AccessError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authorities, let bytes = parts[0] {
            configuration.trustRoots = .certificates(try Self.certificates(bytes, authorities, "certificate authority"))
        }
        if let certificate, let key, let chain = parts[1], let secret = parts[2] {
            configuration.certificateChain = try Self.certificates(chain, certificate, "client certificate")
                .map { .certificate($0) }
            configuration.privateKey = .privateKey(try Self.key(secret, key))
        }
        return configuration
    }

    private static func certificates(
        _ bytes: [UInt8], _ material: Material, _ what: String
    ) throws(AccessError) -> [NIOSSLCertificate] {
        let what = "\(what) in \(material.origin)"
        let certificates: [NIOSSLCertificate]
        do { certificates = try NIOSSLCertificate.fromPEMBytes(bytes) } catch {
            throw .badMaterial(what: what, reason: "it is not in PEM form (\(error))")
        }
        guard !certificates.isEmpty else { throw .badMaterial(what: what, reason: "there is none") }
        return certificates
    }

    private static func key(_ bytes: [UInt8], _ material: Material) throws(AccessError) -> NIOSSLPrivateKey {
        do { return try NIOSSLPrivateKey(bytes: bytes, format: .pem) } catch {
            throw .badMaterial(
                what: "client key in \(material.origin)",
                reason: "it must be in PEM form and without a password (\(error))")
        }
    }
}
