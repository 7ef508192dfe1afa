import ClusterStandIn
import Controller
import Harvest
import JSON
import Kubernetes
import Synchronization
import Testing

/// Whatever happens, the owner's accelerator goes back.
@Suite(.timeLimit(.minutes(10))) struct GivingBackTests {
    @Test func anOwnersPodHasItsAcceleratorCleared() async throws {
        try await ControllerScene.run { scene in
            try await scene.running { controllers in
                await scene.untilRunning()
                let worker = try #require(scene.workers.first)
                try scene.addOwnersPod("job")
                await scene.atOnce("the worker is told to go") { scene.staying.isEmpty }
                let told = try #require(scene.workers.first)
                #expect(told.metadata.uid == worker.metadata.uid && told.metadata.deletionGraceSeconds == 3)
                await scene.until("the owner's pod runs", step: .milliseconds(50)) {
                    scene.cluster.pod("job", in: "team")?.status.phase == .running
                }
                await scene.until("it is on record") { scene.status()?["reclaims"]?["count"]?.int == 1 }
                await scene.until("it is told") { scene.events("Request").count == 1 }
                await scene.pass(.seconds(90))
                let record = try #require(controllers[0].reclaimBook.log(of: "p").finished.first)
                #expect(record.moment.signal == .request("team/job") && record.ownerRunningMs != nil)
                #expect(scene.workers.isEmpty, "what the owner holds is not idle")
            }
        }
    }

    /// The scheduler makes room by itself, within the time that it is given for it.
    @Test func theSchedulersPreemptionIsOnRecord() async throws {
        try await ControllerScene.run { scene in
            try await scene.running { controllers in
                await scene.untilRunning()
                try scene.addOwnersPod("job", mayPreempt: true)
                await scene.atOnce("the scheduler's deletion is seen") {
                    controllers[0].look().cluster.pods.values.contains { $0.worker != nil && $0.isLeaving }
                }
                await scene.until("it is on record", step: .milliseconds(50)) {
                    controllers[0].reclaimBook.log(of: "p").finished.count == 1
                }
                let record = try #require(controllers[0].reclaimBook.log(of: "p").finished.first)
                #expect(record.moment.signal == .preemption && (record.reclaimMs ?? .max) < 1000)
                #expect(controllers[0].counts[.deletePod] == CallCounts.Sum())
            }
        }
    }

    /// Reclaim needs no lease: it is the leader here that the server does not answer any more.
    @Test func whoDoesNotLeadGivesBack() async throws {
        try await ControllerScene.run { scene in
            try await scene.running(["a", "b"]) { controllers in
                await scene.untilRunning()
                await scene.until("the second sees it") { controllers[1].look().cluster.workers.count == 1 }
                scene.cluster.setFault { $0.token == "a" ? .hang : nil }
                try scene.addOwnersPod("job")
                await scene.atOnce("the worker is told to go") { scene.staying.isEmpty }
                await scene.atOnce("it was the second") { controllers[1].counts[.deletePod].numDone == 1 }
                #expect(!controllers[1].isLeader)
            }
        }
    }

    @Test func aDeadLeaderIsNotMissed() async throws {
        try await ControllerScene.run { scene in
            try await scene.running { _ in await scene.untilRunning() }
            // Somebody who is not there any more has the lease.
            try scene.cluster.patch(
                APIResource(.leases), "gleaner-controller",
                ["spec": ["holderIdentity": "dead", "renewTime": "2026-11-21T07:00:00.000000Z"]],
                in: ControllerScene.namespace)
            let follower = try scene.controller("b")
            let task = Task { await follower.run() }
            await scene.until("it sees the worker", limit: .seconds(10)) { follower.look().cluster.workers.count == 1 }
            try scene.addOwnersPod("job")
            await scene.atOnce("the worker is told to go") { scene.staying.isEmpty }
            #expect(!follower.isLeader)
            task.cancel()
            await task.value
        }
    }

    /// Each of these is a switch in the owner's hand.
    @Test(arguments: ["label", "cordon", "taint", "pool", "model", "mode", "kind"])
    func whatTheOwnerTakesBackGoesBack(_ what: String) async throws {
        try await ControllerScene.run { scene in
            try await scene.running { _ in
                await scene.untilRunning()
                try Self.takeBack(what, scene)
                if what == "kind" {
                    await scene.until("the worker is told to go", limit: .seconds(60)) { scene.staying.isEmpty }
                } else {
                    await scene.atOnce("the worker is told to go") { scene.staying.isEmpty }
                }
                await scene.pass(.seconds(60))
                #expect(scene.workers.isEmpty, "and none comes in its place")
            }
        }
    }

    private static func takeBack(_ what: String, _ scene: ControllerScene) throws {
        let (cluster, namespace) = (scene.cluster, ControllerScene.namespace)
        switch what {
        case "label": try cluster.patch(.nodes, "n1", ["metadata": ["labels": ["gleaner.dev/harvest": .null]]])
        case "cordon": try cluster.patch(.nodes, "n1", ["spec": ["unschedulable": true]])
        case "taint":
            try cluster.patch(
                .nodes, "n1", ["spec": ["taints": [["key": "team/mine", "value": "", "effect": "NoSchedule"]]]])
        case "pool": try cluster.delete(.gpuPools, "p", in: namespace)
        case "model": try cluster.delete(.servedModels, "m", in: namespace)
        case "mode": try cluster.patch(.gpuPools, "p", ["spec": ["mode": "Observe"]], in: namespace)
        default:
            // The definition is removed while nobody looks, so that no watch tells of the objects' end.
            cluster.setRules { $0.resources.removeAll { $0.plural == "gpupools" } }
            cluster.cutConnections()
        }
    }

    @Test func aWindowsEndIsKept() async throws {
        // The cluster's time begins on a Saturday at 06:00.
        let window: JSON = ["days": ["Sat"], "from": "05:00", "to": "06:03"]
        try await ControllerScene.run(pool: ["idleAfter": "5s", "windows": [window]]) { scene in
            try await scene.running { _ in
                await scene.untilRunning()
                await scene.until("the worker is told to go") { scene.staying.isEmpty }
                let late = scene.cluster.now.since(ClusterStandIn.start) - .seconds(180)
                #expect(late >= .zero && late < .seconds(1))
            }
        }
    }

    /// Wherever the server fails in the middle of a reclaim.
    @Test(arguments: ["cut", "refuse", "lose", "restart", "forget"])
    func whateverTheServerDoesTheWorkerGoes(_ what: String) async throws {
        try await ControllerScene.run { scene in
            try await scene.running { _ in
                await scene.untilRunning()
                try await Self.disturb(what, scene)
                await scene.until("the owner's pod runs", limit: .seconds(60)) {
                    scene.cluster.pod("job", in: "team")?.status.phase == .running
                }
            }
        }
    }

    private static func disturb(_ what: String, _ scene: ControllerScene) async throws {
        let numLeft = Mutex(3)
        let fault: StandInFault = what == "lose" ? .loseAnswer : what == "refuse" ? .refuse(503) : .cut
        scene.cluster.setFault { request in
            guard request.method == "DELETE" else { return nil }
            return numLeft.withLock { left in
                left -= 1
                return left >= 0 ? fault : nil
            }
        }
        if what == "restart" || what == "forget" { try await scene.cluster.stop() }
        try scene.addOwnersPod("job")
        if what == "restart" || what == "forget" {
            await scene.pass(.seconds(3))
            if what == "forget" { scene.cluster.compact() }
            try await scene.cluster.start()
        }
    }

    /// The time of day has no say in how soon an owner is served.
    @Test(arguments: [-86_400, 86_400]) func aClockThatIsSetHoldsUpNothing(_ seconds: Int) async throws {
        try await ControllerScene.run { scene in
            try await scene.running { _ in
                await scene.untilRunning()
                scene.skew.set(seconds)
                try scene.addOwnersPod("job")
                await scene.atOnce("the worker is told to go") { scene.staying.isEmpty }
                await scene.until("the owner's pod runs", limit: .seconds(10)) {
                    scene.cluster.pod("job", in: "team")?.status.phase == .running
                }
            }
        }
    }

    @Test func aNewControllerEndsWhatADeadOneBegan() async throws {
        try await ControllerScene.run { scene in
            let isTried = Mutex(false)
            try await scene.running { _ in
                await scene.untilRunning()
                scene.cluster.setFault { request in
                    guard request.method == "DELETE" else { return nil }
                    isTried.withLock { $0 = true }
                    return .hang
                }
                try scene.addOwnersPod("job")
                await scene.atOnce("it is tried") { isTried.withLock { $0 } }
            }
            #expect(scene.staying.count == 1)
            try await scene.running(["b"]) { _ in
                await scene.until("the worker is told to go", limit: .seconds(5)) { scene.staying.isEmpty }
            }
        }
    }

    /// However long the owner's pod has waited for something else: the promise counts from when we could help.
    @Test func whatNobodyCouldHelpIsNoBrokenPromise() async throws {
        try await ControllerScene.run { scene in
            try await scene.running { controllers in
                await scene.untilRunning()
                try scene.addOwnersPod("job", gpus: 2)
                await scene.pass(.seconds(60))
                #expect(scene.staying.count == 1, "it would not fit even without us")
                try scene.cluster.patch(
                    .nodes, "n1", ["status": ["allocatable": ["nvidia.com/gpu": "2"]]], subresource: "status")
                await scene.until("the owner's pod runs", limit: .seconds(10)) {
                    scene.cluster.pod("job", in: "team")?.status.phase == .running
                }
                await scene.until("it is on record") {
                    controllers[0].reclaimBook.log(of: "p").finished.count == 1
                }
                let record = try #require(controllers[0].reclaimBook.log(of: "p").finished.first)
                #expect((record.reclaimMs ?? .max) < 5000 && record.deletionAskedMs != nil)
                await scene.pass(.seconds(10))
                #expect(scene.condition("Suspended")?["status"]?.string == "False")
            }
        }
    }

    @Test func aPoolThatBreaksItsPromiseIsSuspendedUntilItsSpecChanges() async throws {
        try await ControllerScene.run(warm: 2) { scene in
            let (cluster, label) = (scene.cluster, ["gleaner.dev/harvest": JSON.null] as JSON)
            try cluster.add(node: "n2", gpus: 1, labels: ControllerScene.lent)
            try await scene.running { _ in
                await scene.untilRunning(2)
                cluster.setDead("n1")
                try cluster.patch(.nodes, "n1", ["metadata": ["labels": label]])
                await scene.atOnce("one is told to go") { scene.staying.count == 1 }
                let asked = cluster.now
                await scene.until("the pool is suspended", limit: .seconds(60)) {
                    scene.condition("Suspended")?["status"]?.string == "True"
                }
                #expect(cluster.now.since(asked) >= .seconds(10), "so long it has promised")
                #expect(scene.condition("Suspended")?["message"]?.string?.contains("change the pool's spec") == true)
                await scene.until("the other goes, too", limit: .seconds(10)) { scene.staying.isEmpty }
                cluster.setDead("n1", false)
                await scene.pass(.seconds(60))
                #expect(scene.staying.isEmpty, "nothing is lent while it is suspended")
                try cluster.patch(.gpuPools, "p", ["spec": ["idleAfter": "6s"]], in: ControllerScene.namespace)
                await scene.untilRunning(1)
                await scene.until("it says so") { scene.condition("Suspended")?["status"]?.string == "False" }
            }
        }
    }

    /// A controller that has just begun knows half: what it does not know yet is nobody's to go.
    @Test func whoBeginsTakesNothingForRemoved() async throws {
        try await ControllerScene.run { scene in
            try await scene.running { _ in
                await scene.untilRunning()
                scene.cluster.setFault { $0.token == "b" && $0.path.hasSuffix("/gpupools") ? .refuse(503) : nil }
                let second = try scene.controller("b")
                let task = Task { await second.run() }
                await scene.until("it knows the rest") { second.look().picture.complete.count >= 3 }
                await scene.pass(.seconds(60))
                #expect(!second.look().sufficesForReclaim && scene.staying.count == 1)
                task.cancel()
                await task.value
            }
        }
    }

    /// What one has started stays when the next one leads.
    @Test func whoStopsLetsTheNextLead() async throws {
        try await ControllerScene.run { scene in
            try await scene.running { _ in await scene.untilRunning() }
            let second = try scene.controller("b")
            let task = Task { await second.run() }
            await scene.until("the second leads") { second.isLeader }
            await scene.pass(.seconds(60))
            #expect(scene.staying.count == 1, "what the first has started stays")
            task.cancel()
            await task.value
        }
    }
}
