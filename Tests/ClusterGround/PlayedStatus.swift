import JSON
import Kubernetes

/// What kubelets write into statuses.
enum PlayedStatus {
    /// The status of a node that is well.
    static func node(gpus: Int, at now: Timestamp) -> JSON {
        var amounts = JSONObject([("cpu", "64"), ("memory", "512Gi"), ("pods", "110"), ("ephemeral-storage", "1Ti")])
        if gpus > 0 { amounts["nvidia.com/gpu"] = .string(String(gpus)) }
        let ready: JSON = [
            "type": "Ready", "status": "True", "reason": "KubeletReady", "message": "played by a test",
            "lastHeartbeatTime": .string(now.seconds), "lastTransitionTime": .string(now.seconds),
        ]
        return ["status": ["capacity": .object(amounts), "allocatable": .object(amounts), "conditions": [ready]]]
    }

    /// Nil when the pod has ended meanwhile.
    static func running(_ pod: Pod, _ status: JSON?, isReady: Bool, at now: Timestamp) -> JSON? {
        guard let phase = status?["phase"]?.string, phase == "Pending" || phase == "Running" else { return nil }
        let start = status?["startTime"]?.string ?? now.seconds
        return [
            "phase": "Running", "startTime": .string(start), "podIP": "10.244.0.1", "podIPs": [["ip": "10.244.0.1"]],
            "conditions": conditions(status, isReady: isReady, at: now),
            "containerStatuses": containers(pod, ["running": ["startedAt": .string(start)]], isReady: isReady),
        ]
    }

    static func ended(_ pod: Pod, _ status: JSON?, exitCode: Int, at now: Timestamp) -> JSON? {
        guard let phase = status?["phase"]?.string, phase == "Pending" || phase == "Running" else { return nil }
        let state: JSON = [
            "terminated": [
                "exitCode": .int(exitCode), "reason": exitCode == 0 ? "Completed" : "Error",
                "startedAt": .string(status?["startTime"]?.string ?? now.seconds),
                "finishedAt": .string(now.seconds),
            ]
        ]
        return [
            "phase": exitCode == 0 ? "Succeeded" : "Failed", "conditions": conditions(status, isReady: false, at: now),
            "containerStatuses": containers(pod, state, isReady: false),
        ]
    }

    private static func conditions(_ status: JSON?, isReady: Bool, at now: Timestamp) -> JSON {
        let ours = ["Initialized": true, "Ready": isReady, "ContainersReady": isReady]
        let others = (status?["conditions"]?.array ?? []).filter { ours[$0["type"]?.string ?? ""] == nil }
        return .array(
            others
                + ours.sorted { $0.key < $1.key }.map { type, isTrue in
                    [
                        "type": .string(type), "status": isTrue ? "True" : "False",
                        "lastTransitionTime": .string(now.seconds),
                    ]
                })
    }

    private static func containers(_ pod: Pod, _ state: JSON, isReady: Bool) -> JSON {
        .array(
            pod.spec.containers.map { container in
                [
                    "name": .string(container.name), "state": state, "lastState": [:], "ready": .bool(isReady),
                    "restartCount": 0, "image": .string(container.image), "imageID": "", "started": .bool(isReady),
                ]
            })
    }
}
