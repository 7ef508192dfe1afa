import ClusterStandIn
import Controller
import JSON
import Kubernetes
import Synchronization
import Testing
import WebTestSupport

/// A gateway that watches its workers' pods.
@Suite(.timeLimit(.minutes(10))) struct WorkerDiscoveryTests {
    private enum Word: Equatable {
        case found(String, pool: String)
        case leaving
    }

    private static func pod(_ name: String, _ role: String = "worker", pool: String = "farm") -> JSON {
        [
            "metadata": [
                "name": .string(name),
                "labels": ["gleaner.dev/role": .string(role), "gleaner.dev/pool": .string(pool)],
            ],
            "spec": ["nodeName": "n0", "containers": [["name": "worker", "image": "x"]]],
        ]
    }

    private static func start(_ cluster: ClusterStandIn, _ name: String, ip: String) throws {
        let status: JSON = ["phase": "Running", "podIP": .string(ip)]
        try cluster.patch(.pods, name, ["status": status], in: "gleaner", subresource: "status")
    }

    /// Runs a discovery beside `body`, which reads what it says.
    private static func discovering(
        takes: @escaping @Sendable (FoundWorker) -> Bool = { _ in true },
        _ body: (ClusterStandIn, Inbox<Word>) async throws -> Void
    ) async throws {
        try await ClusterStandIn.run { cluster in
            try cluster.create(.nodes, ["metadata": ["name": "n0"]])
            let words = Inbox<Word>()
            let discovery = WorkerDiscovery(try cluster.client(), namespace: "gleaner")
            let task = Task {
                await discovery.run(
                    WorkerDiscovery.Listener(
                        found: { worker in
                            words.put(.found(worker.url, pool: worker.pool))
                            return takes(worker)
                        }, leaving: { _ in words.put(.leaving) }))
            }
            try await body(cluster, words)
            task.cancel()
            await task.value
        }
    }

    @Test func aWorkerIsFoundWhenItHasAnAddressAndLeavesWhenItIsDeleted() async throws {
        try await Self.discovering { cluster, words in
            try cluster.create(.pods, Self.pod("other", "gateway"), in: "gleaner")
            try Self.start(cluster, "other", ip: "10.0.0.1")
            try cluster.create(.pods, Self.pod("w0"), in: "gleaner")
            try Self.start(cluster, "w0", ip: "10.0.0.2")
            #expect(await words.next() == .found("http://10.0.0.2:8081", pool: "farm"))
            // It has some seconds to go, in which it gets nothing new.
            try cluster.delete(.pods, "w0", in: "gleaner", graceSeconds: 3)
            #expect(await words.next() == .leaving)
            #expect(cluster.pod("w0", in: "gleaner")?.isDeleting == true)
        }
    }

    @Test func aPreemptedWorkerLeaves() async throws {
        try await Self.discovering { cluster, words in
            try cluster.create(.pods, Self.pod("w0"), in: "gleaner")
            try Self.start(cluster, "w0", ip: "10.0.0.2")
            #expect(await words.next() == .found("http://10.0.0.2:8081", pool: "farm"))
            let condition: JSON = ["type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"]
            try cluster.patch(
                .pods, "w0", ["status": ["conditions": [condition]]], in: "gleaner", subresource: "status")
            #expect(await words.next() == .leaving)
        }
    }

    /// One that is not taken, because its pool is not known yet, is offered again by and by; one that is gone, or was
    /// taken, is not.
    @Test func aWorkerThatIsNotTakenIsOfferedUntilItIs() async throws {
        let isKnown = Atomic(false)
        let offers = Mutex<[String]>([])
        let takes = { @Sendable (worker: FoundWorker) in
            offers.withLock { $0.append(worker.url) }
            return isKnown.load(ordering: .relaxed)
        }
        let (first, second, third) = ("http://10.0.0.1:8081", "http://10.0.0.2:8081", "http://10.0.0.3:8081")
        try await Self.discovering(takes: takes) { cluster, words in
            let client = try cluster.client()
            let pass = { (seconds: Int) in
                for _ in 0..<seconds where !Task.isCancelled {
                    cluster.advance(by: .seconds(1))
                    _ = try await client.version()
                }
            }
            for number in 1...3 {
                try cluster.create(.pods, Self.pod("w\(number)"), in: "gleaner")
                try Self.start(cluster, "w\(number)", ip: "10.0.0.\(number)")
                if number == 2 { try cluster.delete(.pods, "w2", in: "gleaner", graceSeconds: 0) }
            }
            // Changes come in their order: who hears of the third knows that the second is gone.
            while let word = await words.next(), word != .found(third, pool: "farm") {}
            // Whatever changes about the pods has changed now.
            try await pass(60)
            offers.withLock { $0 = [] }
            isKnown.store(true, ordering: .relaxed)
            while offers.withLock({ !Set($0).isSuperset(of: [first, third]) }), !Task.isCancelled { try await pass(1) }
            try await pass(60)
            let later = offers.withLock { $0 }
            // One may have been asked about just before the pool was known.
            #expect(later.count <= 4 && !later.contains(second), "\(later)")
        }
    }

    /// And at once when something about it changes.
    @Test func aWorkerThatIsNotTakenIsOfferedAgain() async throws {
        try await Self.discovering(takes: { _ in false }) { cluster, words in
            try cluster.create(.pods, Self.pod("w0"), in: "gleaner")
            try Self.start(cluster, "w0", ip: "10.0.0.2")
            #expect(await words.next() == .found("http://10.0.0.2:8081", pool: "farm"))
            try cluster.patch(.pods, "w0", ["metadata": ["annotations": ["a": "b"]]], in: "gleaner")
            #expect(await words.next() == .found("http://10.0.0.2:8081", pool: "farm"))
        }
    }

    /// What was found stays found while the server forgets and comes back; what has gone meanwhile leaves.
    @Test func anOutageLosesNoWorker() async throws {
        try await Self.discovering { cluster, words in
            for number in 0..<2 {
                try cluster.create(.pods, Self.pod("w\(number)"), in: "gleaner")
                try Self.start(cluster, "w\(number)", ip: "10.0.0.\(number)")
                #expect(await words.next() == .found("http://10.0.0.\(number):8081", pool: "farm"))
            }
            try await cluster.stop()
            try cluster.delete(.pods, "w0", in: "gleaner", graceSeconds: 0)
            cluster.compact()
            try await cluster.start()
            #expect(await words.next() == .leaving)
            try cluster.create(.pods, Self.pod("w2"), in: "gleaner")
            try Self.start(cluster, "w2", ip: "10.0.0.2")
            #expect(await words.next() == .found("http://10.0.0.2:8081", pool: "farm"))
        }
    }
}
