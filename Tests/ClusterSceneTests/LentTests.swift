import ClusterGround
import Harvest
import JSON
import Kubernetes
import Testing

/// What becomes of accelerators that nobody has asked for, in every cluster that there is to try.
@Suite(.timeLimit(.minutes(10))) struct LentTests {
    @Test(arguments: ClusterGrounds.available) func onlyWhatIsLentAndIdleGetsAWorker(_ kind: ClusterGrounds)
        async throws
    {
        try await Scene.run(in: kind, gpus: 2, warm: 4) { scene in
            try await scene.addNode("mine", gpus: 1, isLent: false)
            try await scene.addOwnersPod("job")
            try await scene.addOwnersPod("other")
            try await scene.untilOwnersPodRuns("job")
            try await scene.untilOwnersPodRuns("other")
            let held = try await [scene.ownersPod("job"), scene.ownersPod("other")]
                .filter { $0.spec.nodeName == scene.ground.node("n1") }.count
            try await scene.running { _ in
                try await scene.untilRunning(2 - held)
                try await scene.throughout(.seconds(8)) {
                    let workers = try await scene.workers
                    #expect(workers.count == 2 - held)
                    #expect(workers.allSatisfy { $0.spec.nodeName == scene.ground.node("n1") })
                }
            }
        }
    }

    /// What a worker's pod must be for everybody else to come first, as the API server has kept it.
    @Test(arguments: ClusterGrounds.available) func aWorkerIsInNobodysWay(_ kind: ClusterGrounds) async throws {
        try await Scene.run(in: kind) { scene in
            try await scene.running { _ in
                try await scene.untilRunning()
                let staying = try await scene.staying
                let worker = try #require(staying.first)
                #expect(worker.spec.priority == ClusterPolicies.priority && !worker.spec.mayPreempt)
                #expect(worker.spec.terminationGraceSeconds <= 5 && worker.metadata.finalizers.isEmpty)
                #expect(worker.requests["cpu"] == .zero && worker.requests["memory"] == .zero)
                #expect(worker.requests["nvidia.com/gpu"] == Quantity(1))
            }
        }
    }

    @Test(arguments: ClusterGrounds.available) func statusesTellHowItGoes(_ kind: ClusterGrounds) async throws {
        try await Scene.run(in: kind) { scene in
            try await scene.running { _ in
                try await scene.untilRunning()
                try await scene.until("the pool says it") {
                    let pool = try await scene.pool()
                    return pool.status?["gpus"]?["lent"]?.int == 1
                        && pool.condition("Ready")?["status"]?.string == "True"
                        && pool.condition("Admitted")?["status"]?.string == "True"
                }
                try await scene.until("the model says it") {
                    try await scene.model().condition("Ready")?["reason"]?.string == "Serving"
                }
                try await scene.until("an Event says it") { try await scene.events("Started").count == 1 }
            }
        }
    }

    @Test(arguments: ClusterGrounds.available) func aPoolThatObservesHasNoPod(_ kind: ClusterGrounds) async throws {
        try await Scene.run(in: kind, pool: ["idleAfter": "1s", "mode": "Observe"]) { scene in
            try await scene.running { _ in
                try await scene.until("it counts what would have been") {
                    try await scene.pool().status?["observed"]?["serving"]?.int == 1
                }
                let workers = try await scene.workers
                #expect(workers.isEmpty)
            }
        }
    }

    /// By the API server's check of the definition, or by the controller's condition where there is no such check.
    @Test(arguments: ClusterGrounds.available) func whatCannotBeReadIsRefused(_ kind: ClusterGrounds) async throws {
        try await Scene.run(in: kind) { scene in
            try await scene.running { _ in
                do { try await scene.addPool("bad", ["idleAfter": "soon"]) } catch let error as KubernetesError {
                    #expect(error.isInvalid && "\(error)".contains("idleAfter"))
                    return
                }
                try await scene.until("the controller refuses it") {
                    try await scene.pool("bad").condition("Ready")?["reason"]?.string == "Refused"
                }
            }
        }
    }

    @Test(arguments: ClusterGrounds.available) func limitsAreKept(_ kind: ClusterGrounds) async throws {
        let pool: JSON = ["idleAfter": "1s", "limits": ["count": 3, "perNode": 2, "reserve": 1]]
        try await Scene.run(in: kind, gpus: 4, warm: 8, pool: pool) { scene in
            try await scene.addNode("n2", gpus: 2)
            try await scene.running { _ in
                try await scene.untilRunning(3)
                try await scene.throughout(.seconds(5)) {
                    let nodes = try await scene.workers.map(\.spec.nodeName)
                    #expect(nodes.count == 3 && Set(nodes).allSatisfy { name in nodes.count { $0 == name } <= 2 })
                }
            }
        }
    }
}
