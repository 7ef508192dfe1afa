import Controller
import Harvest
package import JSON
package import Kubernetes

/// What there is in the cluster, asked of its API server.
extension Scene {
    package var workers: [Pod] {
        get async throws {
            try await client.list(.pods, Selection(in: ground.namespace)).objects
                .filter { $0.metadata.labels[WorkerLabel.role] == WorkerLabel.worker }
        }
    }

    /// Those that have not been told to go.
    package var staying: [Pod] {
        get async throws { try await workers.filter { !$0.isDeleting && !$0.isTerminal } }
    }

    package func untilRunning(_ count: Int = 1, limit: Duration = .seconds(90)) async throws {
        try await until("\(count) workers run", limit: limit) {
            let staying = try await staying
            return staying.count == count && staying.allSatisfy { $0.status.phase == .running }
        }
    }

    package func untilNoneStays() async throws {
        try await until("every worker is told to go") { try await staying.isEmpty }
    }

    package func ownersPod(_ name: String) async throws -> Pod { try await client.get(.pods, name, in: ground.team) }

    package func untilOwnersPodRuns(_ name: String) async throws {
        try await until("the owner's pod \(name) runs") { try await ownersPod(name).status.phase == .running }
    }

    package func removeOwnersPod(_ name: String) async throws {
        _ = try await client.delete(.pods, name, in: ground.team)
    }

    package func pool(_ name: String = "p") async throws -> GenericObject {
        try await client.get(.gpuPools, name, in: ground.namespace)
    }

    package func model(_ name: String = "m") async throws -> GenericObject {
        try await client.get(.servedModels, name, in: ground.namespace)
    }

    package func events(_ reason: String) async throws -> [ClusterEvent] {
        try await client.list(.events, Selection(in: ground.namespace)).objects.filter { $0.reason == reason }
    }
}

extension GenericObject {
    package func condition(_ type: String) -> JSON? {
        status?["conditions"]?.array?.first { $0["type"]?.string == type }
    }
}
