import JSON
import Kubernetes

/// What kubelets write.
extension ControlPlane {
    /// The pod's processes run.
    ///
    /// - Parameter address: where they are reached; nil for any.
    mutating func run(_ pod: Pod, at address: String? = nil, hostIP: String) {
        let number = nextNumber()
        let address = address ?? "10.2.\(number / 250 % 250).\(number % 250 + 1)"
        setStatus(of: pod) { object, now in
            object[at: "status", "phase"] = "Running"
            object.setCondition(PodText.condition("PodReadyToStartContainers", true, at: now))
            object.setCondition(PodText.condition("Initialized", true, at: now))
            object.setReady(false, reason: "ContainersNotReady", at: now)
            object[at: "status", "hostIP"] = .string(hostIP)
            object[at: "status", "podIP"] = .string(address)
            object[at: "status", "podIPs"] = [["ip": .string(address)]]
            object[at: "status", "startTime"] = .string(now.seconds)
            let state: JSON = ["running": ["startedAt": .string(now.seconds)]]
            object.setContainers(of: pod, state: state, isReady: false)
        }
    }

    mutating func setReady(_ pod: Pod) {
        setStatus(of: pod) { object, now in
            object.setReady(true, at: now)
            let state = object[at: "status", "containerStatuses"]?.array?.first?["state"] ?? [:]
            object.setContainers(of: pod, state: state, isReady: true)
        }
    }

    /// The pod's processes have ended for good.
    mutating func terminate(_ pod: Pod, exitCode: Int) {
        let (phase, reason) = exitCode == 0 ? ("Succeeded", "Completed") : ("Failed", "Error")
        setStatus(of: pod) { object, now in
            object[at: "status", "phase"] = .string(phase)
            object.setReady(false, reason: exitCode == 0 ? "PodCompleted" : "PodFailed", at: now)
            let start = pod.status.start ?? now
            let state: JSON = [
                "terminated": [
                    "exitCode": .int(exitCode), "reason": .string(reason), "startedAt": .string(start.seconds),
                    "finishedAt": .string(now.seconds),
                ]
            ]
            object.setContainers(of: pod, state: state, isReady: false)
        }
    }

    /// A kubelet takes no pod for which its node has no room.
    mutating func reject(_ pod: Pod, lackOf resource: String) {
        setStatus(of: pod) { object, now in
            object[at: "status", "phase"] = "Failed"
            object[at: "status", "reason"] = .string("OutOf\(resource)")
            object[at: "status", "message"] = .string(
                "Pod was rejected: Node didn't have enough resource: \(resource)")
            object[at: "status", "startTime"] = .string(now.seconds)
        }
    }

    private mutating func setStatus(of pod: Pod, _ body: (inout JSON, Timestamp) -> Void) {
        change(.pods, pod.metadata.key, body)
    }
}

extension JSON {
    fileprivate mutating func setReady(_ isReady: Bool, reason: String? = nil, at now: Timestamp) {
        for type in ["Ready", "ContainersReady"] {
            setCondition(PodText.condition(type, isReady, at: now, reason: reason))
        }
    }

    fileprivate mutating func setContainers(of pod: Pod, state: JSON, isReady: Bool) {
        self[at: "status", "containerStatuses"] = .array(
            pod.spec.containers.map { container in
                [
                    "name": .string(container.name), "state": state, "lastState": [:], "ready": .bool(isReady),
                    "restartCount": 0, "image": .string(container.image), "imageID": "", "started": .bool(isReady),
                ]
            })
    }
}
