import JSON
import Kubernetes

/// Objects in the form in which the API has them.
enum ObjectSample {
    static func json(
        _ name: String, in namespace: String = "team", uid: String? = nil, metadata more: [(String, JSON)] = [],
        spec: JSON = [:], status: JSON = [:]
    ) -> JSON {
        var metadata = JSONObject([("name", .string(name)), ("uid", .string(uid ?? "uid-\(name)"))])
        if !namespace.isEmpty { metadata["namespace"] = .string(namespace) }
        for (key, value) in more { metadata[key] = value }
        return .object(JSONObject([("metadata", .object(metadata)), ("spec", spec), ("status", status)]))
    }

    static func texts(_ pairs: [String: String]) -> JSON {
        .object(JSONObject(pairs.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }

    /// Containers of which the only one asks for this much.
    static func asking(_ gpus: Int, cpu: String? = nil) -> JSON {
        var limits = JSONObject()
        if gpus > 0 { limits["nvidia.com/gpu"] = .string("\(gpus)") }
        if let cpu { limits["cpu"] = .string(cpu) }
        return [["name": "main", "resources": ["limits": .object(limits)]]]
    }

    static func pod(
        _ name: String, in namespace: String = "team", uid: String? = nil, gpus: Int = 1,
        metadata: [(String, JSON)] = [], spec more: [(String, JSON)] = [], status: JSON = ["phase": "Pending"]
    ) throws -> Pod {
        let spec = JSONObject([("containers", asking(gpus))] + more)
        return try Pod(
            json(name, in: namespace, uid: uid, metadata: metadata, spec: .object(spec), status: status))
    }

    static func node(
        _ name: String, gpus: Int = 8, uid: String? = nil, metadata: [(String, JSON)] = [], spec: JSON = [:]
    ) throws -> ClusterNode {
        let status: JSON = [
            "allocatable": ["cpu": "64", "memory": "1Ti", "nvidia.com/gpu": .string("\(gpus)"), "pods": "110"],
            "conditions": [["type": "Ready", "status": "True"]],
        ]
        return try ClusterNode(json(name, in: "", uid: uid, metadata: metadata, spec: spec, status: status))
    }
}
