/// Why we cannot make ourselves known to a cluster: a setting or a file is wrong.
package enum AccessError: Error, Equatable, Sendable {
    case unreadable(path: String, reason: String)
    case malformed(path: String, reason: String)
    /// A context, cluster or user that is named but not there.
    case missing(what: String, name: String, path: String)
    case noContext(path: String)
    case badServer(String, reason: String)
    /// A setting that we do not obey, and what to do instead.
    case unsupported(setting: String, of: String, advice: String)
    case badMaterial(what: String, reason: String)
    case noCluster
}

extension AccessError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "'\(path)' cannot be read: \(reason)"
        case .malformed(let path, let reason): "'\(path)' is no kubeconfig: \(reason)"
        case .missing(let what, let name, let path):
            "There is no \(what) '\(Words.excerpt(name))' in \(path); `kubectl config view` shows what there is"
        case .noContext(let path):
            "No context is chosen in \(path): name one, or set it by `kubectl config use-context NAME`"
        case .badServer(let server, let reason):
            "The API server's address '\(Words.excerpt(server))' is wrong: \(reason)"
        case .unsupported(let setting, let owner, let advice):
            "'\(setting)' of \(Words.excerpt(owner)) is not supported: \(advice)"
        case .badMaterial(let what, let reason): "The \(what) cannot be used: \(Words.excerpt(reason))"
        case .noCluster:
            "No cluster is known: run inside of one, or name a kubeconfig by a flag, by KUBECONFIG or as ~/.kube/config"
        }
    }
}
