package import Harvest
package import Kubernetes

/// Looks at a cluster as a controller would, changes nothing, and says what is missing and what would be lent.
package struct Checkup: Sendable {
    private let client: KubernetesClient
    private let worker: WorkerSettings

    /// - Parameter worker: what the controller is or will be told of workers.
    package init(_ client: KubernetesClient, _ worker: WorkerSettings) {
        self.client = client
        self.worker = worker
    }

    /// All findings, in the order in which they are best mended.
    /// - Throws: when the server cannot be asked at all.
    package func findings() async throws(KubernetesError) -> [Finding] {
        let version = try await client.version()
        var findings = [Finding(.good, "The API server answers: \(version) by \(client.access.origin).")]
        findings.append(try await served(.gpuPools))
        findings.append(try await served(.servedModels))
        findings += try await rights()
        findings.append(await priorityClass())
        findings.append(try await optional(.workloads(), "Kueue's workloads"))
        findings.append(try await optional(.resourceClaims, "claims of devices (dynamic resource allocation)"))
        return findings + (try await DryRun(client, worker).findings())
    }

    private func served(_ kind: ResourceKind<GenericObject>) async throws(KubernetesError) -> Finding {
        try await client.serves(kind)
            ? Finding(.good, "The cluster has \(kind).")
            : Finding(.problem, "The cluster does not have \(kind): kubectl apply -k deploy/crds")
    }

    private func optional<Object>(
        _ kind: ResourceKind<Object>, _ what: String
    ) async throws(KubernetesError) -> Finding {
        let isServed = try await client.serves(kind)
        return Finding(
            .note, "The cluster has \(isServed ? "" : "no ")\(what)\(isServed ? ", which count as asked for" : "").")
    }

    /// Rights on single objects cannot be asked for.
    private func rights() async throws(KubernetesError) -> [Finding] {
        var missing: [Finding] = []
        for right in Right.controller where right.names.isEmpty {
            for permission in right.permissions(namespace: worker.namespace) where try await !client.mayI(permission) {
                let level = right.isOptional ? Finding.Level.note : .problem
                missing.append(Finding(level, "Whoever asks here may not \(permission); a controller must."))
            }
        }
        return missing.isEmpty ? [Finding(.good, "Whoever asks here has the rights of a controller.")] : missing
    }

    private func priorityClass() async -> Finding {
        let name = worker.priorityClassName
        do throws(KubernetesError) {
            let found = try await client.get(.priorityClasses, name)
            guard found.value == ClusterPolicies.priority, !found.mayPreempt, !found.isGlobalDefault else {
                return Finding(
                    .problem,
                    "The PriorityClass \(name) is not ours: with it workers would not be last. Delete it and install again."
                )
            }
            return Finding(.good, "The PriorityClass \(name) puts workers behind every other pod.")
        } catch {
            return error.isNotFound
                ? Finding(.problem, "There is no PriorityClass \(name): kubectl apply -k deploy/base")
                : Finding(.note, "The PriorityClass \(name) cannot be seen: \(error)")
        }
    }
}
