import JSON

/// What all pods of ours have in common.
enum PodParts {
    /// By affinity, so that the scheduler decides: a `nodeName` would be admitted onto a full node.
    static func pinned(to node: String) -> JSON {
        let term: JSON = [
            "matchFields": [["key": "metadata.name", "operator": "In", "values": [.string(node)]]]
        ]
        return ["nodeAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": ["nodeSelectorTerms": [term]]]]
    }

    /// Pod Security Standards, level restricted.
    static let podSecurity: JSON = [
        "runAsNonRoot": true, "runAsUser": 65_532, "runAsGroup": 65_532, "fsGroup": 65_532,
        "fsGroupChangePolicy": "OnRootMismatch", "seccompProfile": ["type": "RuntimeDefault"],
    ]

    static let containerSecurity: JSON = [
        "allowPrivilegeEscalation": false, "privileged": false, "readOnlyRootFilesystem": true,
        "capabilities": ["drop": ["ALL"]],
    ]
}

extension Toleration {
    var json: JSON {
        var object = JSONObject()
        if let key { object["key"] = .string(key) }
        object["operator"] = value == nil ? "Exists" : "Equal"
        if let value { object["value"] = .string(value) }
        if let effect { object["effect"] = .string(effect.rawValue) }
        return .object(object)
    }
}
