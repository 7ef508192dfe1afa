import ClusterStandIn
import Controller
import Harvest
import JSON
import Kubernetes
import Testing
import WebTestSupport

/// What gateways ask for is started, and what they use is spared.
@Suite(.timeLimit(.minutes(10))) struct DemandTests {
    private static let pool: JSON = ["idleAfter": "2s"]

    /// A gateway's pod, which runs.
    /// - Returns: where it is asked.
    private static func addGateway(_ name: String, _ scene: ControllerScene) async throws -> String {
        let pod = ClusterStandIn.pod(name, gpus: 0, labels: ["gleaner.dev/role": "gateway"])
        try scene.cluster.create(.pods, pod, in: ControllerScene.namespace)
        await scene.until("the gateway runs") {
            scene.cluster.pod(name, in: ControllerScene.namespace)?.status.podIP.isEmpty == false
        }
        let ip = try #require(scene.cluster.pod(name, in: ControllerScene.namespace)).status.podIP
        return "http://\(ip):\(ScriptedGateways.port)"
    }

    @Test func aModelOfWhichNothingRunsGetsAWorkerWhenRequestsWait() async throws {
        try await ControllerScene.run(warm: 0, pool: Self.pool) { scene in
            let gateway = try await Self.addGateway("gateway", scene)
            scene.gateways.set(gateway, ScriptedGateways.word("g", models: [ScriptedGateways.waiting(0, tokens: 0)]))
            try await scene.running { _ in
                await scene.until("it was asked") { scene.gateways.count(gateway) > 2 }
                await scene.pass(.seconds(20))
                #expect(scene.workers.isEmpty, "nobody asks for it")
                scene.gateways.set(
                    gateway, ScriptedGateways.word("g", models: [ScriptedGateways.waiting(1, tokens: 256)]))
                await scene.untilRunning()
                scene.gateways.set(gateway, ScriptedGateways.word("g"))
                await scene.pass(.seconds(60))
                #expect(scene.staying.count == 1, "it stays while nobody else wants its place")
            }
        }
    }

    /// One that hangs, one that lies and one that is not there hold up nobody.
    @Test func silentGatewaysHoldUpNothing() async throws {
        try await ControllerScene.run(warm: 0, pool: Self.pool) { scene in
            let (hanging, lying) = (
                try await Self.addGateway("gateway-0", scene), try await Self.addGateway("gateway-1", scene)
            )
            _ = try await Self.addGateway("gateway-2", scene)
            let good = try await Self.addGateway("gateway-3", scene)
            scene.gateways.set(hanging, .hangs)
            scene.gateways.set(lying, .bytes(Array("<html>".utf8)))
            scene.gateways.set(good, ScriptedGateways.word("g", models: [ScriptedGateways.waiting(3, tokens: 99)]))
            try await scene.running { _ in
                await scene.untilRunning()
                #expect(scene.book.text.contains("\(lying) does not answer"))
                try scene.addOwnersPod("job")
                await scene.atOnce("the worker is told to go") { scene.staying.isEmpty }
            }
        }
    }

    /// What a gateway said last does not hold for ever.
    @Test func oldWordsCountForNothing() async throws {
        try await ControllerScene.run(gpus: 0, warm: 0, pool: Self.pool) { scene in
            let gateway = try await Self.addGateway("gateway", scene)
            let waiting = ScriptedGateways.waiting(3, tokens: 900)
            scene.gateways.set(gateway, ScriptedGateways.word("g", models: [waiting]))
            try await scene.running { _ in
                await scene.until("its demand is known") {
                    scene.condition("Ready", .servedModels, "m")?["reason"]?.string == "NoRoom"
                }
                scene.gateways.set(gateway, .fails)
                await scene.until("it is forgotten") {
                    scene.condition("Ready", .servedModels, "m")?["reason"]?.string == "NoDemand"
                }
            }
        }
    }

    /// Of two workers, either of which would do, the one goes on which nobody waits.
    @Test(arguments: [0, 1]) func streamsAreSpared(_ busy: Int) async throws {
        try await ControllerScene.run(gpus: 2, warm: 2, pool: Self.pool) { scene in
            let gateway = try await Self.addGateway("gateway", scene)
            try await scene.running { _ in
                await scene.untilRunning(2)
                let workers = scene.workers.sorted { $0.metadata.name < $1.metadata.name }
                let words = workers.enumerated().map { place, worker in
                    ScriptedGateways.worker(worker.metadata.uid, streams: place == busy ? 5 : 0)
                }
                scene.gateways.set(gateway, ScriptedGateways.word("g", workers: words))
                let asked = scene.gateways.count(gateway)
                await scene.until("its word was heard") { scene.gateways.count(gateway) > asked + 1 }
                try scene.addOwnersPod("job")
                await scene.atOnce("a worker is told to go") { scene.staying.count == 1 }
                #expect(scene.staying.first?.metadata.uid == workers[busy].metadata.uid)
            }
        }
    }

    /// However differently two controllers see the loads, one request has no more workers go than it needs.
    @Test(arguments: 0..<4) func noMoreGoThanAreNeeded(_ number: Int) async throws {
        try await ControllerScene.run(gpus: 4, warm: 4, pool: Self.pool) { scene in
            let gateway = try await Self.addGateway("gateway", scene)
            try await scene.running(["a", "b"]) { controllers in
                await scene.untilRunning(4)
                await scene.until("the second sees it") { controllers[1].look().cluster.workers.count == 4 }
                let uids = scene.workers.map(\.metadata.uid)
                scene.gateways.set(
                    gateway,
                    .varies {
                        ScriptedGateways.text(
                            "g", workers: uids.map { ScriptedGateways.worker($0, streams: .random(in: 0...50)) })
                    })
                let asked = scene.gateways.count(gateway)
                await scene.until("its word was heard") { scene.gateways.count(gateway) > asked + 3 }
                try scene.addOwnersPod("job")
                await scene.until("the owner's pod runs", step: .milliseconds(20)) {
                    scene.cluster.pod("job", in: "team")?.status.phase == .running
                }
                await scene.pass(.seconds(2), step: .milliseconds(100))
                let gone = uids.filter { uid in !scene.staying.contains { $0.metadata.uid == uid } }
                #expect(gone.count == 1)
            }
        }
    }

    // MARK: Records

    /// A record tells what became of the streams, in the pool's status and in Events; both outlive the controller.
    @Test func recordsAreCompleteAndOutliveTheController() async throws {
        try await ControllerScene.run(pool: Self.pool) { scene in
            let gateway = try await Self.addGateway("gateway", scene)
            scene.gateways.set(gateway, ScriptedGateways.word("g"))
            try await scene.running { controllers in
                await scene.untilRunning()
                let worker = try #require(scene.workers.first)
                await scene.until("the gateway is heard") { scene.gateways.count(gateway) > 1 }
                try scene.addOwnersPod("job")
                await scene.atOnce("the worker is told to go") { scene.staying.isEmpty }
                let departure = ScriptedGateways.departure(worker.metadata.uid, age: 0.5, streams: 3, tokens: 700)
                scene.gateways.set(gateway, ScriptedGateways.word("g", departures: [departure]))
                await scene.until("it is told") { scene.events("Reclaimed").count == 2 }
                let kinds = Set(scene.events("Reclaimed").map(\.regarding.kind))
                #expect(kinds == ["Pod", "GPUPool"])
                let note = try #require(scene.events("Reclaimed").first?.note)
                #expect(note.contains("3 answers went on elsewhere, for which 700 tokens were computed anew"))
                #expect(note.contains("The owner's container ran"))
                await scene.until("the status says it") { scene.status()?["reclaims"]?["streamsMoved"] == 3 }
                let record = try #require(controllers[0].reclaimBook.log(of: "p").finished.first)
                #expect(record.numStreamsReported == 3 && record.longestPauseMs == 125)
                #expect(record.drainedMs != nil && record.goneMs != nil && record.ownerRunningMs != nil)
            }
            let before = try #require(scene.status()?["reclaims"])
            #expect(before["count"] == 1 && before["p99"] != nil && before["ownerWait"]?["max"] != nil)
            scene.gateways.set(gateway, ScriptedGateways.word("g2"))
            try await scene.running(["b"]) { controllers in
                await scene.until("the next one knows them") {
                    controllers[0].reclaimBook.log(of: "p").finished.count == 1
                }
                await scene.pass(.seconds(90))
                #expect(scene.status()?["reclaims"] == before)
                #expect(scene.events("Reclaimed").count == 2, "what was told is not told again")
            }
        }
    }
}
