import ClusterGround
import ClusterStandIn
import Controller
import Harvest
import JSON
import Kubernetes
import Testing

/// The owner's accelerators go back, in every cluster that there is to try.
@Suite(.timeLimit(.minutes(10))) struct ReclaimedTests {
    /// With or without the scheduler's help.
    @Test(arguments: ClusterGrounds.available, [true, false])
    func anOwnersPodHasItsAccelerator(_ kind: ClusterGrounds, mayPreempt: Bool) async throws {
        try await Scene.run(in: kind) { scene in
            try await scene.running { controllers in
                try await scene.untilRunning()
                try await scene.addOwnersPod("job", mayPreempt: mayPreempt)
                try await scene.untilOwnersPodRuns("job")
                try await scene.until("it is on record") {
                    controllers[0].service.reclaimBook.log(of: "p").finished.count == 1
                }
                let record = try #require(controllers[0].service.reclaimBook.log(of: "p").finished.first)
                #expect(record.podEndedMs != nil && record.reclaimMs ?? .max <= 10_000)
                #expect(mayPreempt || record.moment.signal == .request("\(scene.ground.team)/job"))
                try await scene.until("the pool counts it") {
                    try await scene.pool().status?["reclaims"]?["count"]?.int == 1
                }
                try await scene.throughout(.seconds(5)) {
                    let staying = try await scene.staying
                    #expect(staying.isEmpty)
                }
            }
        }
    }

    @Test(arguments: ClusterGrounds.available) func itIsLentAgainAfterwards(_ kind: ClusterGrounds) async throws {
        try await Scene.run(in: kind) { scene in
            try await scene.running { _ in
                for round in 1...3 {
                    try await scene.untilRunning(limit: .seconds(900))
                    try await scene.addOwnersPod("job-\(round)", mayPreempt: round % 2 == 0)
                    try await scene.untilOwnersPodRuns("job-\(round)")
                    try await scene.removeOwnersPod("job-\(round)")
                }
                try await scene.untilRunning(limit: .seconds(900))
            }
        }
    }

    @Test(arguments: ClusterGrounds.available) func noMoreGoThanAreAskedFor(_ kind: ClusterGrounds) async throws {
        try await Scene.run(in: kind, gpus: 4, warm: 4) { scene in
            try await scene.running { _ in
                try await scene.untilRunning(4)
                let before = Set(try await scene.staying.map(\.metadata.uid))
                try await scene.addOwnersPod("job", gpus: 2)
                try await scene.untilOwnersPodRuns("job")
                try await scene.throughout(.seconds(5)) {
                    let staying = Set(try await scene.staying.map(\.metadata.uid))
                    #expect(staying.count == 2 && staying.isSubset(of: before))
                }
            }
        }
    }

    /// Each of these is a switch in the owner's hand.
    @Test(arguments: ClusterGrounds.available, ["label", "cordon", "taint", "pool", "model", "mode", "evict"])
    func whatTheOwnerTakesBackGoesBack(_ kind: ClusterGrounds, _ what: String) async throws {
        try await Scene.run(in: kind) { scene in
            try await scene.running { _ in
                try await scene.untilRunning()
                try await Self.takeBack(what, scene)
                try await scene.untilNoneStays()
                try await scene.until("they are gone") { try await scene.workers.isEmpty }
                try await scene.throughout(.seconds(5)) {
                    let staying = try await scene.staying
                    #expect(staying.isEmpty)
                }
            }
        }
    }

    private static func takeBack(_ what: String, _ scene: Scene) async throws {
        let namespace = scene.ground.namespace
        switch what {
        case "label": try await scene.patchNode("n1", ["metadata": ["labels": ["gleaner.dev/harvest": .null]]])
        case "cordon": try await scene.patchNode("n1", ["spec": ["unschedulable": true]])
        case "taint":
            let taint: JSON = ["key": "team/mine", "value": "", "effect": "NoSchedule"]
            try await scene.patchNode("n1", ["spec": ["taints": [taint]]])
        case "pool": _ = try await scene.client.delete(.gpuPools, "p", in: namespace)
        case "model": _ = try await scene.client.delete(.servedModels, "m", in: namespace)
        case "mode": try await scene.patchPool(["mode": "Observe"])
        default:
            // As `kubectl drain` does it.
            try await scene.patchNode("n1", ["spec": ["unschedulable": true]])
            for worker in try await scene.staying {
                _ = try await scene.client.evict(worker.metadata.name, in: namespace)
            }
        }
    }

    /// It is killed when its grace is over, and no pod is ever removed before its processes.
    @Test(arguments: ClusterGrounds.available) func aWorkerThatDoesNotListenGoesAllTheSame(_ kind: ClusterGrounds)
        async throws
    {
        try await Scene.run(in: kind) { scene in
            scene.ground.setBehaviour(PodBehaviour.always(PodBehaviour(exit: nil, exitCode: 137)))
            try await scene.running { _ in
                try await scene.untilRunning()
                try await scene.addOwnersPod("job")
                try await scene.untilNoneStays()
                let workers = try await scene.workers
                let told = try #require(workers.first)
                #expect((1...5).contains(told.metadata.deletionGraceSeconds ?? 0))
                try await scene.untilOwnersPodRuns("job")
            }
        }
    }

    @Test(arguments: ClusterGrounds.available) func anotherControllerTakesOver(_ kind: ClusterGrounds) async throws {
        try await Scene.run(in: kind, gpus: 2, warm: 2) { scene in
            try await scene.running(["a", "b"]) { controllers in
                try await scene.untilRunning(2)
                controllers[0].task.cancel()
                await controllers[0].task.value
                try await scene.addOwnersPod("job")
                try await scene.untilOwnersPodRuns("job")
                try await scene.until("the other leads", limit: .seconds(120)) { controllers[1].service.isLeader }
                let staying = try await scene.staying
                #expect(staying.count == 1)
            }
        }
    }
}
