package import NIOSSL

/// Where a cluster's API server is, and how it and we know each other.
package struct ClusterAccess: Sendable {
    package let server: ServerAddress
    /// The namespace that we are in, or that the context names.
    package let namespace: String
    /// Whence all this is known, for messages.
    package let origin: String
    private let tlsMaterial: TLSMaterial?
    private let tokenMaterial: Material?

    package init(
        _ server: ServerAddress, namespace: String = "default", origin: String, tls: TLSMaterial? = nil,
        token: Material? = nil
    ) {
        self.server = server
        self.namespace = namespace
        self.origin = origin
        tlsMaterial = tls
        tokenMaterial = token
    }

    /// Our token as it is now; nil when we have none.
    package func credential(at now: Duration) throws(AccessError) -> String? {
        guard let tokenMaterial else { return nil }
        return try Self.token(try tokenMaterial.bytes(at: now), tokenMaterial)
    }

    private static func token(_ bytes: [UInt8], _ material: Material) throws(AccessError) -> String {
        let token = trimmed(String(decoding: bytes, as: UTF8.self))
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .badMaterial(
                what: "token in \(material.origin)", reason: "it must be letters, digits and signs without spaces")
        }
        return token
    }

    /// How a connection is made secure as of now; nil for a server without TLS.
    package func tls(at now: Duration) throws(AccessError) -> TLSConfiguration? {
        try tlsMaterial?.configuration(at: now)
    }

    /// The same server for somebody else, whom it knows by a token.
    package func acting(withToken token: String) throws(AccessError) -> ClusterAccess {
        ClusterAccess(
            server, namespace: namespace, origin: "a token", tls: try tlsMaterial?.withoutCertificate(),
            token: .bytes(Array(token.utf8)))
    }

    /// Our token, read anew after the server refused one; nil when we have no other than that.
    func credential(after refused: String?, at now: Duration) -> String? {
        tokenMaterial?.forget()
        guard let token = try? credential(at: now), token != refused else { return nil }
        return token
    }
}

extension ClusterAccess {
    private static let accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The access that a pod has by its service account.
    ///
    /// - Parameter folder: where the account's files are; tests have their own.
    package static func inCluster(
        environment: [String: String], folder: String? = nil
    ) throws(AccessError) -> ClusterAccess {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty else { throw .noCluster }
        let folder = folder ?? accountFolder
        let port = environment["KUBERNETES_SERVICE_PORT"].flatMap { $0.isEmpty ? nil : $0 } ?? "443"
        let server = try ServerAddress("https://" + (host.contains(":") ? "[\(host)]" : host) + ":" + port)
        let namespace = try? String(decoding: WatchedFile.read(folder + "/namespace"), as: UTF8.self)
        let token = WatchedFile(folder + "/token")
        _ = try token.bytes(at: .zero)
        return ClusterAccess(
            server, namespace: namespace.map(trimmed).flatMap { $0.isEmpty ? nil : $0 } ?? "default",
            origin: "the service account of this pod",
            tls: try TLSMaterial(authorities: .file(WatchedFile(folder + "/ca.crt"))), token: .file(token))
    }

    /// The access that the process was given: a kubeconfig that a flag or `KUBECONFIG` names, else the pod's service
    /// account, else `~/.kube/config`.
    ///
    /// - Parameters:
    ///   - kubeconfig: what the flag says.
    ///   - context: nil = the current one.
    package static func find(
        kubeconfig: String? = nil, context: String? = nil, environment: [String: String]
    ) throws(AccessError) -> ClusterAccess {
        if let kubeconfig { return try Kubeconfig.read([kubeconfig]).access(context: context) }
        let paths = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
        if !paths.isEmpty { return try Kubeconfig.read(paths).access(context: context) }
        if context == nil, !(environment["KUBERNETES_SERVICE_HOST"] ?? "").isEmpty {
            return try inCluster(environment: environment)
        }
        guard let home = environment["HOME"], !home.isEmpty else { throw .noCluster }
        do { return try Kubeconfig.read([home + "/.kube/config"]).access(context: context) } catch {
            if case .unreadable = error { throw .noCluster }
            throw error
        }
    }
}
