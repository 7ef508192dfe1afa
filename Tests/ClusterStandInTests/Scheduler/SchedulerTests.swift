import ClusterStandIn
import JSON
import Kubernetes
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SchedulerTests {
    /// A node full of workers, each with a device.
    private static func fill(_ cluster: ClusterStandIn, workers: Int = 1, gpus: Int = 8, graceSeconds: Int = 5) throws {
        try cluster.add(node: "gpu-0")
        try cluster.add(priorityClass: "idle", -1000, mayPreempt: false)
        for number in 0..<workers {
            try cluster.create(
                .pods,
                ClusterStandIn.pod("worker-\(number)", gpus: gpus, priorityClass: "idle", graceSeconds: graceSeconds))
        }
        cluster.advance(by: .seconds(2))
        #expect(cluster.pods.count { $0.status.isReady } == workers)
    }

    @Test func anOperatorsPodTakesTheWorkersPlaceWhenItsProcessesHaveEnded() async throws {
        try await ClusterStandIn.run { cluster in
            try Self.fill(cluster)
            try cluster.create(.pods, ClusterStandIn.pod("ops", gpus: 8))
            cluster.settle()
            let worker = try #require(cluster.pod("worker-0"))
            #expect(worker.isDeleting && worker.metadata.deletionGraceSeconds == 5 && worker.status.isReady)
            #expect(worker.disruption?.reason == "PreemptionByScheduler")
            #expect(cluster.pod("ops")?.status.nominatedNodeName == "gpu-0")
            let wait = cluster.advance(upTo: .seconds(60)) { $0.pod("ops")?.spec.nodeName == "gpu-0" }
            #expect(wait == .milliseconds(300), "as long as the processes take to exit")
            #expect(cluster.pod("worker-0")?.status.phase == .failed, "its object is still there")
            cluster.advance(by: .seconds(1))
            #expect(cluster.pod("worker-0") == nil && cluster.pod("ops")?.status.isReady == true)
        }
    }

    /// One that does not listen is killed at the end of its grace; a shorter grace counts at once, a longer one never.
    @Test func graceIsOnlyShortened() async throws {
        try await ClusterStandIn.run { cluster in
            cluster.setBehaviour(PodBehaviour.always(PodBehaviour(exit: nil)))
            try Self.fill(cluster, workers: 3, gpus: 1, graceSeconds: 20)
            for name in ["worker-0", "worker-1", "worker-2"] { try cluster.delete(.pods, name) }
            cluster.advance(by: .seconds(1))
            try cluster.delete(.pods, "worker-1", graceSeconds: 3)
            try cluster.delete(.pods, "worker-2", graceSeconds: 300)
            #expect(cluster.pod("worker-1")?.metadata.deletionGraceSeconds == 3)
            #expect(cluster.pod("worker-2")?.metadata.deletionGraceSeconds == 20)
            cluster.advance(by: .milliseconds(3500))
            #expect(cluster.pods.map(\.metadata.name) == ["worker-0", "worker-2"])
            cluster.advance(by: .seconds(15))
            #expect(cluster.pods.count == 2)
            cluster.advance(by: .seconds(1))
            #expect(cluster.pods.isEmpty)
        }
    }

    @Test func noMoreGoThanMust() async throws {
        try await ClusterStandIn.run { cluster in
            try Self.fill(cluster, workers: 8, gpus: 1)
            try cluster.create(.pods, ClusterStandIn.pod("ops", gpus: 3))
            cluster.settle()
            #expect(cluster.pods.count(where: \.isDeleting) == 3)
            cluster.advance(by: .seconds(5))
            #expect(cluster.pod("ops")?.status.phase == .running && cluster.pods.count == 6)
        }
    }

    /// Nobody goes for a pod that may not push, that matters no more, that another scheduler places, or that no node
    /// could ever take.
    @Test(arguments: ["never", "equal", "other", "too big", "elsewhere", "gated"])
    func nobodyGoesInVain(_ reason: String) async throws {
        try await ClusterStandIn.run { cluster in
            try Self.fill(cluster)
            let spec: [(String, JSON)] =
                switch reason {
                case "never": [("preemptionPolicy", "Never")]
                case "other": [("schedulerName", "another")]
                case "elsewhere": [("nodeSelector", ["zone": "b"])]
                case "gated": [("schedulingGates", [["name": "hold"]])]
                default: []
                }
            let pod = ClusterStandIn.pod(
                "ops", gpus: reason == "too big" ? 16 : 8, priorityClass: reason == "equal" ? "equal" : nil, spec: spec)
            try cluster.add(priorityClass: "equal", -1000)
            try cluster.create(.pods, pod)
            cluster.advance(by: .seconds(60))
            let ops = try #require(cluster.pod("ops"))
            #expect(ops.spec.nodeName.isEmpty && ops.status.nominatedNodeName.isEmpty)
            #expect(cluster.pod("worker-0")?.isDeleting == false)
            let condition = ops.unscheduled
            switch reason {
            case "other": #expect(condition == nil)
            case "gated": #expect(condition?.reason == "SchedulingGated")
            case "never": #expect(condition?.message.hasSuffix("not eligible due to preemptionPolicy=Never.") == true)
            case "equal": #expect(condition?.message.contains("No preemption victims found") == true)
            default: #expect(condition?.message.contains("Preemption is not helpful for scheduling") == true)
            }
        }
    }

    /// Whatever comes and goes, no node is ever given more than it has, and whoever is pushed off mattered less than
    /// the one that it went for and no more than any other whose going would have done.
    @Test(arguments: 0..<4) func noNodeIsEverOvercommitted(_ seed: Int) async throws {
        try await ClusterStandIn.run { cluster in
            var generator = SeededGenerator(seed: UInt64(seed))
            for number in 0..<3 { try cluster.add(node: "n\(number)", gpus: 4) }
            let classes = [("low", -100), ("middle", 0), ("high", 100)]
            for (name, value) in classes { try cluster.add(priorityClass: name, value) }
            cluster.setBehaviour { pod in
                PodBehaviour(exit: pod.metadata.labels["deaf"] == "true" ? nil : .milliseconds(700))
            }
            for number in 0..<40 {
                let name = classes.randomElement(using: &generator)?.0
                try cluster.create(
                    .pods,
                    ClusterStandIn.pod(
                        "p\(number)", gpus: Int.random(in: 1...4, using: &generator), priorityClass: name,
                        labels: ["deaf": Bool.random(using: &generator) ? "true" : "false"], graceSeconds: 3))
                if Int.random(in: 0..<3, using: &generator) == 0,
                    let pod = cluster.pods.randomElement(using: &generator)
                {
                    try cluster.delete(.pods, pod.metadata.name)
                }
                if Int.random(in: 0..<4, using: &generator) == 0,
                    let pod = cluster.pods.filter({ $0.status.phase == .running }).randomElement(using: &generator)
                {
                    cluster.finish(pod.metadata.name)
                }
                cluster.advance(by: .milliseconds(Int.random(in: 0...900, using: &generator)))
                try Self.check(cluster)
            }
        }
    }

    private static func check(_ cluster: ClusterStandIn) throws {
        let pods = cluster.pods
        for node in cluster.nodes {
            let taken = pods.filter { $0.spec.nodeName == node.name && !$0.isTerminal }
                .reduce(Quantity.zero) { $0 + $1.requests["nvidia.com/gpu"] }
            #expect(taken <= node.allocatable["nvidia.com/gpu"])
        }
        // Who waits and could go on by pushing has said where to.
        for pod in pods where pod.spec.nodeName.isEmpty && pod.status.nominatedNodeName.isEmpty {
            for node in cluster.nodes {
                let kept = pods.filter {
                    $0.spec.nodeName == node.name || $0.status.nominatedNodeName == node.name
                }.filter { !$0.isTerminal && $0.spec.priority >= pod.spec.priority }
                let taken = kept.reduce(Quantity.zero) { $0 + $1.requests["nvidia.com/gpu"] }
                #expect(
                    taken + pod.requests["nvidia.com/gpu"] > node.allocatable["nvidia.com/gpu"],
                    "\(pod.metadata.name) waits although \(node.name) has room or lesser pods")
            }
        }
    }

    @Test func theLeastImportantNodeIsCleared() async throws {
        try await ClusterStandIn.run { cluster in
            for (name, value) in [("a", -5), ("b", -50), ("c", -1)] {
                try cluster.add(priorityClass: name, value)
                try cluster.add(node: "node-\(name)", labels: ["pool": name])
                try cluster.create(
                    .pods,
                    ClusterStandIn.pod(
                        "worker-\(name)", gpus: 8, priorityClass: name,
                        spec: [("nodeSelector", ["pool": .string(name)])]))
            }
            cluster.advance(by: .seconds(1))
            try cluster.create(.pods, ClusterStandIn.pod("ops", gpus: 2))
            cluster.settle()
            #expect(cluster.pods.filter(\.isDeleting).map(\.metadata.name) == ["worker-b"])
        }
    }

    /// A pod that somebody bound past the scheduler is refused by the kubelet when its node is full.
    @Test func aFullNodesKubeletTakesNoMore() async throws {
        try await ClusterStandIn.run { cluster in
            try Self.fill(cluster)
            try cluster.create(.pods, ClusterStandIn.pod("forced", gpus: 1, spec: [("nodeName", "gpu-0")]))
            cluster.advance(by: .seconds(1))
            #expect(cluster.pod("forced")?.status.phase == .failed)
            #expect(cluster.pod("forced")?.status.reason == "OutOfnvidia.com/gpu")
        }
    }

    /// Room that is being made for one is not taken by another that comes in between.
    @Test func nobodyStealsWhatIsKept() async throws {
        try await ClusterStandIn.run { cluster in
            cluster.setBehaviour { PodBehaviour(exit: $0.metadata.name == "worker-0" ? .milliseconds(300) : nil) }
            try Self.fill(cluster, workers: 2, gpus: 4)
            try cluster.create(.pods, ClusterStandIn.pod("ops", gpus: 8))
            cluster.advance(by: .seconds(1))
            #expect(cluster.pods.map(\.metadata.name) == ["ops", "worker-1"], "half of the room is free")
            try cluster.create(.pods, ClusterStandIn.pod("refill", gpus: 4, priorityClass: "idle"))
            try cluster.create(.pods, ClusterStandIn.pod("small", gpus: 0, priorityClass: "idle"))
            cluster.advance(by: .seconds(10))
            #expect(cluster.pod("ops")?.status.phase == .running && cluster.pod("refill")?.spec.nodeName == "")
            #expect(cluster.pod("small")?.status.phase == .running, "it takes nothing of what is kept")
        }
    }

    /// Either object may change first; the reason always stands on the worker before it is told to go.
    @Test(arguments: [true, false]) func bothOrdersOfPreemptionHappen(_ nominatesFirst: Bool) async throws {
        try await ClusterStandIn.run { cluster in
            try Self.fill(cluster)
            cluster.setNominatesFirst(nominatesFirst)
            let start = cluster.revision
            try cluster.create(.pods, ClusterStandIn.pod("ops", gpus: 8))
            cluster.settle()
            let pods = cluster.changes(.pods, after: start).compactMap { $0["object"] }.compactMap { try? Pod($0) }
            let worker = ["worker-0", "worker-0"]
            #expect(pods.map(\.metadata.name) == ["ops"] + (nominatesFirst ? ["ops"] + worker : worker + ["ops"]))
            let told = pods.filter { $0.metadata.name == "worker-0" }
            #expect(told.map { $0.disruption != nil } == [true, true] && told.map(\.isDeleting) == [false, true])
        }
    }
}
