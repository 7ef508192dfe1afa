import Harvest
package import Kubernetes

/// Finds workers by watching their pods: one that goes is told at once, before its process knows.
package struct WorkerDiscovery: Sendable {
    /// Who is told. Called one after the other.
    package struct Listener: Sendable {
        /// A worker is there; false: it was not taken, and is told again when its pod changes, and after a while.
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
    private let time: TimeSource

    /// How often one that was not taken is offered anew.
    package static let offersAgain: Duration = .seconds(10)

    /// - Parameter namespace: where the workers' pods are; whoever may make pods there is trusted.
    package init(_ client: KubernetesClient, namespace: String) {
        reflector = Reflector(
            .pods, Selection(in: namespace, labels: .equal(WorkerLabel.role, WorkerLabel.worker)), client: client)
        time = client.time
    }

    /// Watches until the task is cancelled. While the API server cannot be reached, what was found stays. Called once.
    package func run(_ listener: Listener) async {
        let (steps, step) = AsyncStream<Step>.makeStream()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [reflector] in await reflector.run() }
            group.addTask { [reflector] in
                for await change in reflector.changes() { step.yield(.change(change)) }
                step.finish()
            }
            group.addTask { [time] in
                while !Task.isCancelled {
                    try? await time.sleep(Self.offersAgain)
                    step.yield(.offerAgain)
                }
            }
            var offers = WorkerOffers()
            for await step in steps { await take(step, &offers, listener) }
            group.cancelAll()
        }
    }

    private enum Step: Sendable {
        case change(Change<Pod>)
        case offerAgain
    }

    private func take(_ step: Step, _ offers: inout WorkerOffers, _ listener: Listener) async {
        switch step {
        case .offerAgain:
            for worker in offers.refused where await listener.found(worker) { offers.take(worker) }
        case .change(let change):
            guard let pod = change.object else { return }
            guard !change.isRemoval, let worker = FoundWorker(pod) else {
                if offers.remove(pod.metadata.uid) { listener.leaving(pod.metadata.uid) }
                return
            }
            guard !offers.isTaken(worker) else { return }
            if await listener.found(worker) { offers.take(worker) } else { offers.refuse(worker) }
        }
    }
}

extension Change {
    fileprivate var isRemoval: Bool {
        if case .removed = self { true } else { false }
    }
}
