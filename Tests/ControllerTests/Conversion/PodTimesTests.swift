import Controller
import Harvest
import JSON
import Kubernetes
import Testing

/// What is seen for the first time is dated by our own clock, and keeps its date.
@Suite struct PodTimesTests {
    let terms = ConversionTerms(namespace: "gleaner", workerPriority: -10)

    private func state(_ pod: Pod, _ before: PodState?, _ nowMs: Int64) -> PodState {
        PodState(pod, terms, before: before, nowMs: nowMs)
    }

    private func pod(
        uid: String = "u", phase: String = "Running", states: [String] = ["running"], isDeleting: Bool = false,
        disruption: String? = nil
    ) throws -> Pod {
        let metadata: [(String, JSON)] = isDeleting ? [("deletionTimestamp", "2026-11-21T05:57:23Z")] : []
        let containers = states.enumerated().map { place, state -> JSON in
            ["name": .string("c\(place)"), "state": .object(JSONObject([(state, [:])]))]
        }
        let conditions: [JSON] =
            disruption.map { [["type": "DisruptionTarget", "status": "True", "reason": .string($0)]] } ?? []
        return try ObjectSample.pod(
            "p", uid: uid, metadata: metadata, spec: [("nodeName", "n")],
            status: [
                "phase": .string(phase), "containerStatuses": .array(containers), "conditions": .array(conditions),
            ])
    }

    @Test func timesSurviveUpdates() throws {
        var pod = state(try pod(phase: "Pending", states: ["waiting"]), nil, 10)
        #expect(pod.createdMs == 10 && pod.runningMs == nil)
        pod = state(try self.pod(), pod, 20)
        #expect(pod.createdMs == 10 && pod.runningMs == 20)
        pod = state(try self.pod(disruption: "PreemptionByScheduler"), pod, 30)
        #expect(pod.disruption == Disruption(.preemption, atMs: 30))
        pod = state(try self.pod(isDeleting: true, disruption: "PreemptionByScheduler"), pod, 40)
        #expect(pod.deletionAskedMs == 40 && pod.disruption?.atMs == 30)
        pod = state(
            try self.pod(
                phase: "Failed", states: ["terminated"], isDeleting: true, disruption: "PreemptionByScheduler"),
            pod, 50)
        #expect(pod.createdMs == 10 && pod.runningMs == 20 && pod.deletionAskedMs == 40 && pod.disruption?.atMs == 30)
        #expect(pod.isTerminal && pod.isLeaving)
    }

    @Test func anotherPodOfTheNameBeginsAnew() throws {
        let old = state(try pod(isDeleting: true, disruption: "EvictionByEvictionAPI"), nil, 10)
        let new = state(try pod(uid: "v", phase: "Pending", states: []), old, 20)
        #expect(new.uid == "v" && new.createdMs == 20)
        #expect(new.runningMs == nil && new.deletionAskedMs == nil && new.disruption == nil)
    }

    @Test func aClockThatIsSetBackChangesNoDate() throws {
        let first = state(try pod(), nil, 1000)
        #expect(state(try pod(), first, 5) == first)
    }

    @Test func allContainersMustRun() throws {
        #expect(state(try pod(states: ["running", "waiting"]), nil, 10).runningMs == nil)
        #expect(state(try pod(phase: "Pending", states: ["running"]), nil, 10).runningMs == nil)
        #expect(state(try pod(states: ["running", "terminated"]), nil, 10).runningMs == 10)
        // A server whose kubelet says no more than the phase is believed.
        #expect(state(try pod(states: []), nil, 10).runningMs == 10)
    }

    @Test func onlyReasonsThatWeKnowAreDisruptions() throws {
        for reason in Disruption.Reason.allCases {
            #expect(state(try pod(disruption: reason.rawValue), nil, 10).disruption == Disruption(reason, atMs: 10))
        }
        #expect(state(try pod(disruption: "Whim"), nil, 10).disruption == nil)
        let before = state(try pod(disruption: "DeletionByTaintManager"), nil, 10)
        let after = state(try pod(disruption: "PreemptionByScheduler"), before, 20)
        #expect(after.disruption == Disruption(.preemption, atMs: 20))
    }
}
