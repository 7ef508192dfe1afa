import FoundationEssentials
import JSON

/// The clusters, users and contexts of one or several kubeconfig files; of several, the first that says something
/// counts (Kubernetes documentation, "Organizing Cluster Access Using kubeconfig Files").
package struct Kubeconfig: Sendable {
    /// A named part, and the folder that its relative paths start from.
    private struct Entry {
        let json: JSON
        let folder: String
    }

    private var entries: [String: [String: Entry]] = [:]
    private var currentContext: String?
    private let origin: String

    /// Reads files; of several, those that are not there are passed over.
    package static func read(_ paths: [String]) throws(AccessError) -> Kubeconfig {
        var config = Kubeconfig(origin: paths.map { "'\($0)'" }.joined(separator: " and "))
        var firstError: AccessError?
        var hasRead = false
        for path in paths {
            let bytes: [UInt8]
            do { bytes = try WatchedFile.read(path) } catch {
                firstError = firstError ?? error
                continue
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .malformed(path: path, reason: "it is not UTF-8 text")
            }
            try config.add(try YAMLDocument.parse(text, path: path), path: path)
            hasRead = true
        }
        if let firstError, !hasRead { throw firstError }
        return config
    }

    private init(origin: String) { self.origin = origin }

    private mutating func add(_ json: JSON, path: String) throws(AccessError) {
        guard json.object != nil || json.isNull else { throw .malformed(path: path, reason: "it must be a map") }
        let folder = URL(filePath: path).deletingLastPathComponent().path
        for (list, member) in [("clusters", "cluster"), ("users", "user"), ("contexts", "context")] {
            for item in json[list]?.array ?? [] {
                guard let name = Self.text(item["name"]), entries[list]?[name] == nil else { continue }
                entries[list, default: [:]][name] = Entry(json: item[member] ?? .null, folder: folder)
            }
        }
        if currentContext == nil { currentContext = Self.text(json["current-context"]) }
    }

    private func entry(_ list: String, _ what: String, _ name: String) throws(AccessError) -> Entry {
        guard let entry = entries[list]?[name] else { throw .missing(what: what, name: name, path: origin) }
        return entry
    }

    private static func text(_ json: JSON?) -> String? { json?.string.flatMap { $0.isEmpty ? nil : $0 } }
}

// MARK: Access

extension Kubeconfig {
    /// - Parameter context: nil = the current one.
    package func access(context: String? = nil) throws(AccessError) -> ClusterAccess {
        guard let name = context ?? currentContext else { throw .noContext(path: origin) }
        let chosen = try entry("contexts", "context", name).json
        guard let clusterName = Self.text(chosen["cluster"]) else {
            throw .malformed(path: origin, reason: "the context '\(Words.excerpt(name))' names no cluster")
        }
        let cluster = try entry("clusters", "cluster", clusterName)
        let user = try Self.text(chosen["user"]).map { name throws(AccessError) in try entry("users", "user", name) }
        return try access(
            cluster, user, clusterName: clusterName, userName: Self.text(chosen["user"]) ?? "",
            namespace: Self.text(chosen["namespace"]) ?? "default", context: name)
    }

    private func access(
        _ cluster: Entry, _ user: Entry?, clusterName: String, userName: String, namespace: String, context: String
    ) throws(AccessError) -> ClusterAccess {
        try Self.refuse(Self.clusterRefusals, in: cluster.json, of: "the cluster '\(clusterName)'")
        guard let address = Self.text(cluster.json["server"]) else {
            throw .missing(what: "server of the cluster", name: clusterName, path: origin)
        }
        let server = try ServerAddress(address, tlsName: Self.text(cluster.json["tls-server-name"]))
        if let user { try Self.refuse(Self.userRefusals, in: user.json, of: "the user '\(userName)'") }
        let tls = try TLSMaterial(
            authorities: try Self.material("certificate-authority", in: cluster),
            certificate: try Self.material("client-certificate", in: user),
            key: try Self.material("client-key", in: user))
        return ClusterAccess(
            server, namespace: namespace, origin: "the context '\(context)' of \(origin)",
            tls: server.isTLS ? tls : nil, token: Self.token(of: user))
    }

    /// A file wins over a token that stands in the configuration.
    private static func token(of user: Entry?) -> Material? {
        if let user, let path = text(user.json["tokenFile"]) { return .file(WatchedFile(full(path, user.folder))) }
        return text(user?.json["token"]).map { .bytes(Array($0.utf8)) }
    }

    /// `NAME-data` in base64, or else the file that `NAME` is.
    private static func material(_ name: String, in entry: Entry?) throws(AccessError) -> Material? {
        guard let entry else { return nil }
        if let encoded = text(entry.json[name + "-data"]) {
            guard let data = Data(base64Encoded: encoded, options: .ignoreUnknownCharacters), !data.isEmpty else {
                throw .badMaterial(what: name + "-data", reason: "it is not base64")
            }
            return .bytes(Array(data))
        }
        return text(entry.json[name]).map { .file(WatchedFile(full($0, entry.folder))) }
    }

    private static func full(_ path: String, _ folder: String) -> String {
        path.hasPrefix("/") ? path : folder + "/" + path
    }

    // MARK: What we do not obey

    private static let clusterRefusals = [
        "insecure-skip-tls-verify":
            "anybody could pose as the server; set certificate-authority, and tls-server-name if its name differs",
        "proxy-url": "connect without a proxy, or by `kubectl proxy` and server: http://127.0.0.1:8001",
    ]

    private static let userRefusals = [
        "exec":
            "we run no programs for credentials; give a token, a tokenFile or a client certificate, "
            + "such as one made by `kubectl create token`",
        "auth-provider": "give a token, a tokenFile or a client certificate",
        "username": "the API server takes no passwords any more; give a token, a tokenFile or a client certificate",
        "password": "the API server takes no passwords any more; give a token, a tokenFile or a client certificate",
        "as": "make a user that has the rights themselves",
        "as-groups": "make a user that has the rights themselves",
        "as-uid": "make a user that has the rights themselves",
    ]

    private static func refuse(
        _ refusals: [String: String], in json: JSON, of owner: String
    ) throws(AccessError) {
        for (setting, advice) in refusals.sorted(by: { $0.key < $1.key }) {
            switch json[setting] {
            case nil, .null, .bool(false), .string(""): break
            default: throw .unsupported(setting: setting, of: owner, advice: advice)
            }
        }
    }
}
