import Harvest
package import JSON
import Kubernetes
import Synchronization

/// Whether the API server takes the pods of each pool: a condition of the pool's, beside those of the plan.
package final class Admissions: Sendable {
    private struct Refusal {
        let status: APIStatus
        /// The pods that there were: any other is a sign that the server takes them again.
        let known: Set<String>
    }

    private let refusals = Mutex<[String: Refusal]>([:])

    package init() {}

    /// - Parameter known: the identities of all of our workers as they were known then.
    func refused(_ pool: String, _ status: APIStatus, known: Set<String>) {
        refusals.withLock { $0[pool] = Refusal(status: status, known: known) }
    }

    func taken(_ pool: String) { refusals.withLock { $0[pool] = nil } }

    /// Takes what there is as a sign: who created a pod may not have lived to hear that it was taken.
    func observe(_ cluster: ClusterState) {
        refusals.withLock { refusals in
            if refusals.isEmpty { return }
            for worker in cluster.workers.compactMap(cluster.pod) {
                guard let pool = worker.worker?.pool, let refusal = refusals[pool] else { continue }
                if !refusal.known.contains(worker.uid) { refusals[pool] = nil }
            }
        }
    }

    /// The status with the condition `Admitted` among its conditions.
    ///
    /// - Parameters:
    ///   - before: the status that the object has.
    ///   - now: RFC 3339, for a condition that changes.
    package func adding(to status: JSON, pool: String, generation: Int, before: JSON?, now: String) -> JSON {
        guard case .object(var object) = status else { return status }
        let refusal = refusals.withLock { $0[pool]?.status }
        let value = refusal == nil ? "True" : "False"
        let same = before?["conditions"]?.array?.first {
            $0["type"]?.string == "Admitted" && $0["status"]?.string == value
        }
        let condition: JSON = [
            "type": "Admitted", "status": .string(value), "reason": .string(refusal?.word ?? "NothingRefused"),
            "message": .string(refusal?.advice ?? "The API server takes the pool's pods."),
            "observedGeneration": .int(generation),
            "lastTransitionTime": .string(same?["lastTransitionTime"]?.string ?? now),
        ]
        object["conditions"] = .array((object["conditions"]?.array ?? []) + [condition])
        return .object(object)
    }
}

extension APIStatus {
    /// In camel case, as conditions want their reasons.
    var word: String {
        let letters = reason.unicodeScalars.filter { ("a"..."z").contains($0) || ("A"..."Z").contains($0) }
        return letters.isEmpty ? "Refused" : String(String.UnicodeScalarView(letters))
    }

    /// What the owner can do about it.
    var advice: String {
        let advice =
            code == 403
            ? "allow it, raise the quota, or install what is missing"
            : "change the pool's or the model's spec accordingly"
        return "The API server refuses a pod of the pool (\(self)); \(advice). It is tried again."
    }
}
