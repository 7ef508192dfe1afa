import JSON
import Kubernetes

/// Parts of a pod's status, as the server's own programs write them.
enum PodText {
    static func condition(
        _ type: String, _ isTrue: Bool, at now: Timestamp, reason: String? = nil, message: String? = nil,
        generation: Int? = nil
    ) -> JSON {
        var object = JSONObject([("type", .string(type))])
        object["observedGeneration"] = generation.map { .int($0) }
        object["status"] = isTrue ? "True" : "False"
        object["lastProbeTime"] = .null
        object["lastTransitionTime"] = .string(now.seconds)
        object["reason"] = reason.map { .string($0) }
        object["message"] = message.map { .string($0) }
        return .object(object)
    }
}

extension JSON {
    /// Sets one of a status's conditions; one that says the same keeps the time of its last change.
    mutating func setCondition(_ condition: JSON) {
        var list = self[at: "status", "conditions"]?.array ?? []
        var condition = condition
        if let place = list.firstIndex(where: { $0["type"] == condition["type"] }) {
            if list[place]["status"] == condition["status"] {
                condition[at: "lastTransitionTime"] = list[place]["lastTransitionTime"]
            }
            list[place] = condition
        } else {
            list.append(condition)
        }
        self[at: "status", "conditions"] = .array(list)
    }
}
