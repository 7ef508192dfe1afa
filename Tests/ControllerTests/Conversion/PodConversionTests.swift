import Controller
import Harvest
import JSON
import Kubernetes
import Testing

@Suite struct PodConversionTests {
    let terms = ConversionTerms(namespace: "gleaner", workerPriority: -10)

    private func state(_ pod: Pod, before: PodState? = nil, nowMs: Int64 = 1000) -> PodState {
        PodState(pod, terms, before: before, nowMs: nowMs)
    }

    @Test func aPodOfTheOwnersIsRead() throws {
        let pod = state(try ObjectSample.pod("job", gpus: 3, spec: [("priority", 5)]))
        #expect(pod.id == ObjectID("team", "job") && pod.uid == "uid-job" && pod.worker == nil)
        #expect(pod.requests == Resources(devices: ["nvidia.com/gpu": 3]))
        #expect(pod.phase == .pending && pod.node == nil && pod.priority == 5 && pod.isPreempting && !pod.isGated)
        #expect(pod.createdMs == 1000 && pod.runningMs == nil && pod.deletionAskedMs == nil && pod.disruption == nil)
    }

    @Test func onlyOurNamespaceHasWorkers() throws {
        let labels: (String, JSON) = (
            "labels", ["gleaner.dev/role": "worker", "gleaner.dev/pool": "p", "gleaner.dev/model": "m"]
        )
        let ours = state(try ObjectSample.pod("w", in: "gleaner", metadata: [labels]))
        #expect(ours.worker == WorkerIdentity(pool: "p", model: "m"))
        #expect(state(try ObjectSample.pod("w", metadata: [labels])).worker == nil)
        let bare = try ObjectSample.pod("w", in: "gleaner", metadata: [("labels", ["gleaner.dev/role": "worker"])])
        #expect(state(bare).worker == WorkerIdentity(pool: "", model: ""))
    }
}
