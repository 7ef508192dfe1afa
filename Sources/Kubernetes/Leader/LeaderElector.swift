import JSON
import Logging
import Synchronization

/// Contends for a lease, and has something done while it is ours.
package final class LeaderElector: Sendable {
    private struct State {
        var election: LeaderElection
        var lastRenewal: Timestamp?
    }

    private let client: KubernetesClient
    private let name: String
    private let namespace: String
    private let terms: LeaderElection.Terms
    private let state: Mutex<State>

    /// - Parameter identity: of this process alone.
    package init(
        _ name: String, in namespace: String, identity: String, client: KubernetesClient,
        terms: LeaderElection.Terms = LeaderElection.Terms()
    ) {
        self.client = client
        self.name = name
        self.namespace = namespace
        self.terms = terms
        state = Mutex(State(election: LeaderElection(identity: identity, terms: terms)))
    }

    package var isLeader: Bool {
        let now = client.time.monotonic()
        return state.withLock { $0.election.leads(at: now) }
    }

    /// Contends until the task is cancelled. While the lease is ours, `lead` runs; it is cancelled when the lease is
    /// lost, and started again when it is won again. At the end the lease is given back.
    package func run(_ lead: @escaping @Sendable () async -> Void) async {
        while !Task.isCancelled {
            await contend()
            if isLeader {
                client.log.notice("This process leads", metadata: ["lease": "\(namespace)/\(name)"])
                await leadWhileHeld(lead)
                client.log.notice("This process does not lead any more", metadata: ["lease": "\(namespace)/\(name)"])
            }
            try? await client.time.sleep(terms.retry)
        }
        await release()
    }

    private func leadWhileHeld(_ lead: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await lead() }
            group.addTask { await self.hold() }
            group.addTask { await self.waitUntilLost() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Whatever becomes of the requests that run, who has not renewed in time leads no more.
    private func waitUntilLost() async {
        while !Task.isCancelled, isLeader {
            let now = client.time.monotonic()
            try? await client.time.sleep(state.withLock { $0.election.remaining(at: now) })
        }
    }

    /// Renews until the lease is lost.
    private func hold() async {
        while !Task.isCancelled, isLeader {
            let now = client.time.monotonic()
            let remaining = state.withLock { $0.election.remaining(at: now) }
            try? await client.time.sleep(min(terms.retry, remaining))
            if isLeader { await contend() }
        }
    }

    /// One look at the lease, and what follows from it.
    private func contend() async {
        do throws(KubernetesError) {
            let lease = try await look()
            let now = client.time.monotonic()
            try await act(state.withLock { $0.election.decide(lease, at: now) })
        } catch {
            if error.isConflict || error.isAlreadyExists || error == .cancelled { return }
            client.log.warning("The lease cannot be had for now", metadata: ["error": "\(error)"])
        }
    }

    private func look() async throws(KubernetesError) -> Lease? {
        do { return try await client.get(.leases, name, in: namespace, within: limit) } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }

    private func act(_ action: LeaderElection.Action) async throws(KubernetesError) {
        let sent = client.time.monotonic()
        switch action {
        case .wait: return
        case .create:
            let body: JSON = ["metadata": ["name": .string(name)], "spec": taking(transitions: 0)]
            _ = try await client.create(.leases, body, in: namespace, within: limit)
        case .take(let version, let transitions): try await write(taking(transitions: transitions), version)
        case .renew(let version):
            let spec: JSON = [
                "renewTime": .string(nextRenewal().micro), "leaseDurationSeconds": .int(terms.durationSeconds),
            ]
            try await write(spec, version)
        }
        state.withLock { $0.election.wrote(sentAt: sent) }
    }

    private func write(_ spec: JSON, _ version: String) async throws(KubernetesError) {
        _ = try await client.merge(
            .leases, name, in: namespace, ["spec": spec], resourceVersion: version, within: limit)
    }

    private func taking(transitions: Int) -> JSON {
        let now = JSON.string(nextRenewal().micro)
        return [
            "holderIdentity": .string(state.withLock { $0.election.identity }), "acquireTime": now, "renewTime": now,
            "leaseDurationSeconds": .int(terms.durationSeconds), "leaseTransitions": .int(transitions),
        ]
    }

    /// The time of day, but later than the last one: a renewal that changes nothing is none for those who watch.
    private func nextRenewal() -> Timestamp {
        let now = client.time.wall()
        return state.withLock { state in
            let earliest = state.lastRenewal?.advanced(by: .microseconds(1))
            let next = earliest.map { max($0, now) } ?? now
            state.lastRenewal = next
            return next
        }
    }

    /// No request takes us beyond the moment when we lead no more.
    private var limit: Duration {
        let now = client.time.monotonic()
        let remaining = state.withLock { $0.election.remaining(at: now) }
        return remaining > .zero ? remaining : terms.renewWithin
    }

    /// Lets the next one lead at once. The task is cancelled by now, so another one does it.
    private func release() async {
        guard isLeader else { return }
        state.withLock { $0.election.lost() }
        await Task { await giveBack() }.value
    }

    private func giveBack() async {
        do throws(KubernetesError) {
            guard let lease = try await look(), lease.holder == state.withLock({ $0.election.identity }) else { return }
            try await write(
                ["holderIdentity": .null, "renewTime": .string(nextRenewal().micro)], lease.metadata.resourceVersion)
        } catch {
            client.log.info("The lease was not given back; it runs out", metadata: ["error": "\(error)"])
        }
    }
}
