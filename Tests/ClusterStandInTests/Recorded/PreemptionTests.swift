import ClusterStandIn
import JSON
import Kubernetes
import TestSupport
import Testing

/// The scenes that were recorded of a real control plane, played again.
@Suite(.timeLimit(.minutes(10)), .enabled(if: TestData.isAvailable)) struct PreemptionTests {
    /// What a change of a pod shows of a preemption.
    private struct Sight: Hashable, CustomStringConvertible {
        let type: String
        let name: String
        let phase: String
        let node: String
        let nominated: String
        let graceSeconds: Int?
        let generation: Int?
        let disruption: String
        let scheduled: String

        init?(_ line: JSON) {
            guard let object = line["object"], let pod = try? Pod(object) else { return nil }
            type = line["type"]?.string ?? ""
            name = pod.metadata.name
            (phase, node, nominated) = (
                pod.status.phase.rawValue, pod.spec.nodeName, pod.status.nominatedNodeName
            )
            (graceSeconds, generation) = (pod.metadata.deletionGraceSeconds, pod.metadata.generation)
            disruption = pod.disruption.map { "\($0.reason): \($0.message)" } ?? ""
            scheduled = pod.unscheduled.map { "\($0.reason): \($0.message)" } ?? ""
        }

        var description: String {
            "\(type) \(name) \(phase) on '\(node)' for '\(nominated)' grace \(graceSeconds ?? -1) "
                + "generation \(generation ?? -1) [\(disruption)] [\(scheduled)]"
        }
    }

    /// The recorded scene, and what stands on the node before the operator's pod comes.
    private struct Scene {
        var wish = 8
        var graceSeconds = 5
        var exit: Duration?
        var spec: [(String, JSON)] = []
    }

    private static func scene(_ name: String) -> Scene {
        var scene = Scene()
        switch name {
        case "grace5-exits-300ms": scene.exit = .milliseconds(300)
        case "grace1-ignores-sigterm": scene.graceSeconds = 1
        case "grace0": scene.graceSeconds = 0
        case "never-preempts": scene.spec = [("preemptionPolicy", "Never")]
        case "too-big": scene.wish = 16
        default: break
        }
        return scene
    }

    /// Each pod goes through the recorded states, and no other.
    @Test(arguments: [
        "grace5-ignores-sigterm", "grace5-exits-300ms", "grace1-ignores-sigterm", "grace0", "never-preempts", "too-big",
    ])
    func eachPodGoesThroughTheRecordedStates(_ name: String) async throws {
        let scene = Self.scene(name)
        let recorded = try Recording.lines("preemption/\(name).pods.jsonl").compactMap(Sight.init)
        #expect(!recorded.isEmpty)
        let (seen, _) = try await Self.play(scene)
        for pod in ["worker", "ops"] {
            let expected = Self.steps(recorded.filter { $0.name == pod })
            let actual = Self.steps(seen.filter { $0.name == pod })
            #expect(actual == expected, "\(name)")
        }
    }

    /// What the scheduler reports is what it reported, word for word.
    @Test(arguments: ["grace5-ignores-sigterm", "grace0", "never-preempts", "too-big"])
    func theSchedulerReportsTheSame(_ name: String) async throws {
        let recorded = try Recording.lines("preemption/\(name).eventsv1.jsonl").compactMap { $0["object"] }
        let (_, events) = try await Self.play(Self.scene(name))
        #expect(Set(events.compactMap(Self.report)) == Set(recorded.compactMap(Self.report)))
    }

    /// Nil for what is not the scheduler's, or was before.
    private static func report(_ event: JSON) -> String? {
        let words = ["type", "reason", "action", "note"].map { event[$0]?.string ?? "" }
        let pod = event["regarding"]?["name"]?.string ?? ""
        guard event["reportingController"] == "default-scheduler", pod == "ops" || words[1] != "Scheduled" else {
            return nil
        }
        // The preemptor is named by its identity only.
        let note = words[3].split(separator: " ").map { $0.count == 36 ? "UID" : String($0) }.joined(separator: " ")
        return "\(pod): \(words[0]) \(words[1]) \(words[2]) \(note)"
    }

    /// Changes that show nothing of it are left out.
    private static func steps(_ sights: [Sight]) -> [String] {
        var steps: [String] = []
        for sight in sights where steps.last != sight.description { steps.append(sight.description) }
        return steps
    }

    private static func play(_ scene: Scene) async throws -> (sights: [Sight], events: [JSON]) {
        try await ClusterStandIn.run { cluster in
            cluster.setBehaviour(
                PodBehaviour.always(PodBehaviour(start: .milliseconds(20), ready: .zero, exit: scene.exit)))
            try cluster.add(node: "gpu-0")
            try cluster.add(priorityClass: "gleaner-idle", -10, mayPreempt: false)
            try cluster.create(
                .pods,
                ClusterStandIn.pod("worker", gpus: 8, priorityClass: "gleaner-idle", graceSeconds: scene.graceSeconds))
            cluster.advance(by: .seconds(1))
            let start = cluster.revision
            try cluster.create(.pods, ClusterStandIn.pod("ops", gpus: scene.wish, spec: scene.spec))
            cluster.advance(by: .seconds(20))
            return (cluster.changes(.pods, after: start).compactMap(Sight.init), cluster.objects(.events))
        }
    }
}
