import ClusterStandIn
import Controller
import Harvest
import JSON
import Kubernetes
import Synchronization
import Testing

/// What the leader does with accelerators that nobody has asked for.
@Suite(.timeLimit(.minutes(10))) struct LendingTests {
    @Test func anIdleNodeGetsAWorkerAfterAWhile() async throws {
        try await ControllerScene.run(pool: ["idleAfter": "30s"]) { scene in
            try scene.cluster.add(node: "n2", gpus: 1)
            try await scene.running { controllers in
                await scene.pass(.seconds(28))
                #expect(scene.workers.isEmpty, "the accelerator is not idle for long enough")
                await scene.untilRunning()
                let worker = try #require(scene.workers.first)
                #expect(worker.spec.nodeName == "n1", "only a node that is lent is used")
                #expect(worker.spec.priority == ClusterPolicies.priority && !worker.spec.mayPreempt)
                #expect(scene.events("Started").count == 1)
                await scene.until("the status says it") { scene.status()?["gpus"]?["lent"]?.int == 1 }
                #expect(scene.condition("Ready")?["status"]?.string == "True")
                #expect(scene.condition("Admitted")?["status"]?.string == "True")
                #expect(scene.condition("Ready", .servedModels, "m")?["reason"]?.string == "Serving")
                await scene.pass(.seconds(120))
                #expect(scene.workers.map(\.metadata.uid) == [worker.metadata.uid], "one is enough")
                #expect(controllers[0].counts[.createPod] == CallCounts.Sum(numDone: 1))
            }
        }
    }

    @Test func aStatusThatSaysNothingNewIsNotWritten() async throws {
        try await ControllerScene.run { scene in
            try await scene.running { controllers in
                await scene.untilRunning()
                await scene.pass(.seconds(20))
                let before = controllers[0].counts[.writeStatus]
                await scene.pass(.seconds(40))
                #expect(controllers[0].counts[.writeStatus] == before)
            }
        }
    }

    @Test func aPoolThatObservesHasNoPod() async throws {
        try await ControllerScene.run(pool: ["idleAfter": "5s", "mode": "Observe"]) { scene in
            try await scene.running { _ in
                await scene.until("it counts what would have been") {
                    scene.status()?["observed"]?["serving"]?.int == 1
                }
                #expect(scene.workers.isEmpty && scene.events("WouldStart").count == 1)
            }
        }
    }

    @Test func aPoolThatCannotBeReadSaysWhatToWrite() async throws {
        try await ControllerScene.run(pool: ["idleAfter": "soon"]) { scene in
            try scene.add(.servedModels, "broken", ["source": [:]])
            try await scene.running { _ in
                await scene.until("both are refused") {
                    scene.condition("Ready")?["reason"]?.string == "Refused"
                        && scene.condition("Ready", .servedModels, "broken")?["reason"]?.string == "Refused"
                }
                let message = scene.condition("Ready")?["message"]?.string ?? ""
                #expect(message.contains("spec.idleAfter") && message.contains("write"))
                let advice = scene.condition("Ready", .servedModels, "broken")?["message"]?.string ?? ""
                #expect(advice.contains("spec.expected"))
                #expect(scene.condition("Admitted") == nil && scene.workers.isEmpty)
            }
        }
    }

    @Test func aPodThatIsRefusedBecomesAConditionUntilOneIsTaken() async throws {
        try await ControllerScene.run { scene in
            scene.cluster.setRules { $0.allows = { $0.verb != "create" || $0.resource != "pods" } }
            try await scene.running { _ in
                await scene.until("the pool says it") { scene.condition("Admitted")?["status"]?.string == "False" }
                #expect(scene.condition("Admitted")?["reason"]?.string == "Forbidden")
                #expect(scene.condition("Admitted")?["message"]?.string?.contains("cannot create") == true)
                await scene.until("an Event says it") { !scene.events("Refused").isEmpty }
                await scene.pass(.seconds(60))
                #expect(scene.events("Refused").count == 1, "once is enough")
                scene.cluster.setRules { $0.allows = { _ in true } }
                await scene.untilRunning()
                await scene.until("all is well") { scene.condition("Admitted")?["status"]?.string == "True" }
            }
        }
    }

    /// The server does what it is asked but its answer is lost, or it comes too late.
    @Test(arguments: [StandInFault.loseAnswer, .hang])
    func whatMayHaveBeenStartedIsNotStartedTwice(_ fault: StandInFault) async throws {
        try await ControllerScene.run(gpus: 4) { scene in
            let numFaults = Mutex(0)
            scene.cluster.setFault { request in
                guard request.method == "POST", request.path.hasSuffix("/pods") else { return nil }
                return numFaults.withLock { count in
                    count += 1
                    return count <= 1 ? fault : nil
                }
            }
            try await scene.running { _ in
                await scene.untilRunning()
                await scene.pass(.seconds(60))
                #expect(scene.workers.count == 1 && numFaults.withLock { $0 } == 2)
            }
        }
    }

    @Test func whoSeesNothingStartsNothing() async throws {
        try await ControllerScene.run { scene in
            try await scene.running { controllers in
                await scene.until("all is known") { controllers[0].look().sufficesForPlan }
                scene.cluster.setFault { $0.isWatch || $0.query["limit"] != nil ? .refuse(503) : nil }
                scene.cluster.cutConnections()
                await scene.until("it is noticed") { !controllers[0].look().isFresh }
                await scene.pass(.seconds(60))
                #expect(scene.workers.isEmpty && controllers[0].isLeader)
                scene.cluster.setFault(nil)
                await scene.untilRunning()
            }
        }
    }

    /// Queues and claims are not everywhere, and not everybody lets us see them.
    @Test func whatIsNotThereOrNotForUsIsNotWaitedFor() async throws {
        try await ControllerScene.run { scene in
            scene.cluster.setRules { rules in
                rules.resources.removeAll { $0.plural == "workloads" }
                rules.allows = { $0.resource != "resourceclaims" }
            }
            try await scene.running { controllers in
                await scene.untilRunning()
                #expect(controllers[0].look().missing == [.workloads])
            }
        }
    }

    /// The installation may bring them itself, and forbid us to write them.
    @Test func policiesThatMayNotBeWrittenStopNothing() async throws {
        try await ControllerScene.run { scene in
            try scene.cluster.add(priorityClass: "gleaner-idle", ClusterPolicies.priority, mayPreempt: false)
            scene.cluster.setRules {
                $0.allows = { !["priorityclasses", "networkpolicies"].contains($0.resource) || $0.verb == "get" }
            }
            try await scene.running { _ in await scene.untilRunning() }
        }
    }

    /// Nothing is downloaded by a worker: its weights are brought first, and brought again when that has failed.
    @Test func weightsAreBroughtBeforeTheWorker() async throws {
        let pool: JSON = ["idleAfter": "5s", "cache": ["storageClassName": "local", "gibibytes": 100]]
        try await ControllerScene.run(warm: 0, pool: pool) { scene in
            let repository: JSON = [
                "name": "o/r", "revision": .string(String(repeating: "a1", count: 20)), "tag": "Q4",
            ]
            let expected: JSON = ["tokensPerSecond": 100, "loadTime": "10s"]
            try scene.add(
                .servedModels, "big",
                ["source": ["repository": repository], "minimumWarm": 1, "expected": expected])
            try await scene.running { _ in
                await scene.until("a fetcher runs") { scene.fetchers.first?.status.phase == .running }
                let first = try #require(scene.fetchers.first)
                #expect(first.requests["nvidia.com/gpu"] == .zero && scene.claims.count == 1 && scene.workers.isEmpty)
                scene.cluster.finish(first.metadata.name, in: ControllerScene.namespace, exitCode: 1)
                await scene.until("another one runs", limit: .seconds(1200), step: .seconds(1)) {
                    scene.fetchers.contains { $0.metadata.uid != first.metadata.uid && $0.status.phase == .running }
                }
                scene.cluster.finish(first.metadata.name, in: ControllerScene.namespace)
                await scene.untilRunning()
                #expect(scene.workers.first?.metadata.labels[WorkerLabel.model] == "big")
                #expect(scene.claims.count == 1 && scene.fetchers.count == 1)
            }
        }
    }
}
