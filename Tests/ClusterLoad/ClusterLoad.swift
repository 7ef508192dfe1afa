import ClusterGround
import ClusterStandIn
import JSON
import Kubernetes

/// How long an owner's pod waits to be bound in a real cluster: on empty nodes, and on nodes that workers fill.
///
///     GLEANER_TEST_KUBECONFIG=FILE ClusterLoad [ROUNDS [NODES]]
@main struct ClusterLoad {
    static func main() async throws {
        guard ClusterGrounds.kubeconfig != nil else {
            print("Name a cluster for tests: GLEANER_TEST_KUBECONFIG=FILE Benchmarks/reclaim")
            return
        }
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let (rounds, nodes) = (numbers.first ?? 5, numbers.dropFirst().first ?? 20)
        print("| from an owner's pod's creation to its binding, ms | p50 | p99 | slowest |\n|---|---:|---:|---:|")
        let cases: [(String, Bool?)] = [
            ("on an empty node", nil), ("on a node that a worker fills, and the scheduler preempts it", true),
            ("on a node that a worker fills, and we give way to what waits", false),
        ]
        for (what, mayPreempt) in cases {
            let waits = try await BindingTrial(rounds: rounds, nodes: nodes, mayPreempt: mayPreempt).waits()
            print("| \(what) | \(waits.at(0.5)) | \(waits.at(0.99)) | \(waits.at(1)) |")
        }
    }
}

/// Owner's pods that come one after the other, to nodes with one accelerator each.
struct BindingTrial: Sendable {
    let rounds: Int
    let nodes: Int
    /// Whether the scheduler may push a worker off; nil = there are no workers.
    let mayPreempt: Bool?

    /// Of a worker that exits by itself: from SIGTERM, as measured of ours in the middle of its work.
    private static let exit = Duration.milliseconds(40)

    func waits() async throws -> Percentiles {
        try await ClusterGrounds.real.run { ground in
            ground.setBehaviour(PodBehaviour.always(PodBehaviour(exit: Self.exit)))
            let scene = try await Scene(on: ground)
            for node in 0..<nodes { try await scene.addNode("n\(node)", gpus: 1) }
            guard mayPreempt != nil else { return try await measure(scene) {} }
            try await scene.addModel("m", warm: nodes)
            try await scene.addPool("p", ["idleAfter": "1s", "placement": ["loadsPerHour": 100_000]])
            return try await scene.running { _ in
                try await measure(scene) { try await scene.untilRunning(nodes, limit: .seconds(300)) }
            }
        }
    }

    private func measure(_ scene: Scene, _ prepare: @Sendable () async throws -> Void) async throws -> Percentiles {
        var waits: [Duration] = []
        for _ in 0..<rounds {
            try await prepare()
            for number in 0..<nodes { waits.append(try await bind("job-\(number)", scene)) }
            for number in 0..<nodes { try await scene.removeOwnersPod("job-\(number)") }
            try await scene.until("the owner's pods are gone") {
                try await scene.client.list(.pods, Selection(in: scene.ground.team)).objects.isEmpty
            }
        }
        return Percentiles(waits)
    }

    private func bind(_ name: String, _ scene: Scene) async throws -> Duration {
        let pods = Reflector(.pods, Selection(in: scene.ground.team), client: scene.client)
        let task = Task { await pods.run() }
        defer { task.cancel() }
        var changes = pods.changes().makeAsyncIterator()
        while let change = await changes.next(), change != .synced {}
        let start = ContinuousClock.now
        try await scene.addOwnersPod(name, mayPreempt: mayPreempt ?? true)
        while let change = await changes.next() {
            if let pod = change.object, pod.metadata.name == name, !pod.spec.nodeName.isEmpty { break }
        }
        return ContinuousClock.now - start
    }
}

/// Whole milliseconds.
struct Percentiles: Sendable {
    private let sorted: [Int]

    init(_ values: [Duration]) {
        sorted = values.map { Int($0 / .milliseconds(1)) }.sorted()
    }

    func at(_ share: Double) -> Int { sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))] }
}
