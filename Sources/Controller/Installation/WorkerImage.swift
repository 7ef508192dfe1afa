package import Kubernetes

/// The image that workers run, with its digest, so that all of them are the same.
package struct WorkerImage: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// Nil for what is not `NAME@sha256:` and 64 hexadecimal digits. What container runtimes write in front is dropped.
    package init?(_ text: String) {
        let name = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]
        let parts = name.split(separator: "@sha256:", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].utf8.count == 64,
            parts[1].utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
        else { return nil }
        description = String(name)
    }

    /// The image of a pod's first container, as its spec or else its runtime says; nil when neither tells, or not yet.
    package init?(of pod: Pod) {
        let names = pod.spec.containers.map(\.image) + pod.status.containers.map(\.imageID)
        guard let found = names.lazy.compactMap({ WorkerImage($0) }).first else { return nil }
        self = found
    }
}
