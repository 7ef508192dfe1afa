import Harvest
package import Kubernetes

/// Finds workers by watching their pods: one that goes is told at once, before its process knows.
package struct WorkerDiscovery: Sendable {
    /// Who is told. Called one after the other.
    package struct Listener: Sendable {
        /// A worker is there; false: it was not taken, and is told again when its pod changes.
        package var found: @Sendable (FoundWorker) async -> Bool
        /// A worker that was taken goes, or is gone.
        package var leaving: @Sendable (_ name: String) -> Void

        package init(
            found: @escaping @Sendable (FoundWorker) async -> Bool, leaving: @escaping @Sendable (String) -> Void
        ) {
            self.found = found
            self.leaving = leaving
        }
    }

    private let reflector: Reflector<Pod>

    /// - Parameter namespace: where the workers' pods are; whoever may make pods there is trusted.
    package init(_ client: KubernetesClient, namespace: String) {
        reflector = Reflector(
            .pods, Selection(in: namespace, labels: .equal(WorkerLabel.role, WorkerLabel.worker)), client: client)
    }

    /// Watches until the task is cancelled. While the API server cannot be reached, what was found stays. Called once.
    package func run(_ listener: Listener) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [reflector] in await reflector.run() }
            var taken: Set<String> = []
            for await change in reflector.changes() {
                guard let pod = change.object else { continue }
                await note(pod, isRemoved: change.isRemoval, &taken, listener)
            }
            group.cancelAll()
        }
    }

    private func note(_ pod: Pod, isRemoved: Bool, _ taken: inout Set<String>, _ listener: Listener) async {
        let name = pod.metadata.uid
        if !isRemoved, let worker = FoundWorker(pod) {
            if !taken.contains(name), await listener.found(worker) { taken.insert(name) }
        } else if taken.remove(name) != nil {
            listener.leaving(name)
        }
    }
}

extension Change {
    fileprivate var isRemoval: Bool {
        if case .removed = self { true } else { false }
    }
}
