import JSON
import Kubernetes
import TestSupport

/// Objects for tests.
enum Sample {
    /// A plain object in the form of a watch.
    static func json(
        _ name: String, uid: String? = nil, version: Int = 1, in namespace: String = "ns",
        with more: [(String, JSON)] = []
    ) -> JSON {
        let metadata: JSON = [
            "name": .string(name), "namespace": .string(namespace), "uid": .string(uid ?? "uid-\(name)"),
            "resourceVersion": .string(String(version)),
        ]
        return .object(JSONObject([("kind", "Thing"), ("apiVersion", "v1"), ("metadata", metadata)] + more))
    }

    static func object(
        _ name: String, uid: String? = nil, version: Int = 1, in namespace: String = "ns"
    ) throws -> GenericObject {
        try GenericObject(json(name, uid: uid, version: version, in: namespace))
    }

    static func pod(_ name: String = "p", spec: JSON = [:], status: JSON = [:]) throws -> Pod {
        try Pod(json(name, with: [("spec", spec), ("status", status)]))
    }

    static func node(_ name: String, labels: [String: String] = [:], spec: JSON = [:], status: JSON = [:]) throws
        -> ClusterNode
    {
        var json = json(name, in: "", with: [("spec", spec), ("status", status)]).object ?? JSONObject()
        var metadata = json["metadata"]?.object ?? JSONObject()
        metadata["labels"] = .object(JSONObject(labels.map { ($0.key, .string($0.value)) }))
        json["metadata"] = .object(metadata)
        return try ClusterNode(.object(json))
    }

    /// Any JSON value, with names that objects of the API have among them.
    static func anything(depth: Int = 3, using generator: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2: return .int([0, -1, .max, .min, 7].randomElement(using: &generator) ?? 0)
        case 3: return .double([0.5, -1e300, 1e300].randomElement(using: &generator) ?? 0)
        case 4: return .string(["", "8Gi", "True", "2026-11-21T05:57:23Z"].randomElement(using: &generator) ?? "")
        case 5: return .string(String(repeating: "\u{301}e", count: Int.random(in: 0..<9, using: &generator)))
        case 6: return []
        case 7:
            let count = Int.random(in: 0..<4, using: &generator)
            return .array((0..<count).map { _ in anything(depth: depth - 1, using: &generator) })
        default:
            let names = ["name", "spec", "conditions", "key", "operator", "requests", "items"].shuffled(
                using: &generator)
            return .object(
                JSONObject(names.prefix(3).map { ($0, anything(depth: depth - 1, using: &generator)) }))
        }
    }

    /// The same value with some of its parts replaced by anything.
    static func spoiled(_ json: JSON, using generator: inout SeededGenerator) -> JSON {
        if Int.random(in: 0..<40, using: &generator) == 0 { return anything(using: &generator) }
        switch json {
        case .array(let values): return .array(values.map { spoiled($0, using: &generator) })
        case .object(let object):
            return .object(JSONObject(object.map { ($0.key, spoiled($0.value, using: &generator)) }))
        default: return json
        }
    }
}
