import Controller
import Harvest
import JSON
import Kubernetes
import TestSupport
import Testing

/// Against the other room's own reading of the same rules.
@Suite struct PlacementConversionTests {
    @Test func aRuleAllowsTheNodesThatThePodFits() throws {
        var random = SeededGenerator(seed: 51)
        var outcomes: [Bool: Int] = [:]
        for _ in 0..<4000 {
            let pod = try ObjectSample.pod("p", spec: Self.rule(&random))
            let node = try Self.node(&random)
            let isAllowed = PlacementRule(pod.spec).allows(NodeState(node))
            #expect(isAllowed == (pod.spec.misfit(on: node) == nil), "\(pod.spec) on \(node)")
            outcomes[isAllowed, default: 0] += 1
        }
        #expect(outcomes[true, default: 0] > 400 && outcomes[false, default: 0] > 400)
    }

    private static func node(_ random: inout SeededGenerator) throws -> ClusterNode {
        var labels = ["zone": ["a", "b"].randomElement(using: &random) ?? "a"]
        if Bool.random(using: &random) { labels["size"] = "\(Int.random(in: 0..<4, using: &random))" }
        var taints: [JSON] = []
        if Int.random(in: 0..<3, using: &random) == 0 {
            let effect = ["NoSchedule", "PreferNoSchedule", "NoExecute", "Other"].randomElement(using: &random) ?? ""
            taints.append(["key": "t", "value": "v", "effect": .string(effect)])
        }
        return try ObjectSample.node(
            ["n1", "n2"].randomElement(using: &random) ?? "n1", metadata: [("labels", ObjectSample.texts(labels))],
            spec: ["taints": .array(taints), "unschedulable": .bool(Int.random(in: 0..<6, using: &random) == 0)])
    }

    private static func rule(_ random: inout SeededGenerator) -> [(String, JSON)] {
        var spec: [(String, JSON)] = []
        if Int.random(in: 0..<4, using: &random) == 0 { spec.append(("nodeSelector", ["zone": "a"])) }
        if Bool.random(using: &random) { spec.append(("affinity", affinity(&random))) }
        let tolerations: [JSON] = [
            ["key": "t", "operator": "Equal", "value": "v"],
            ["key": "t", "operator": "Exists", "effect": "NoSchedule"],
            ["operator": "Exists"], ["key": "t", "value": "other"], ["key": "t", "operator": "Gt", "value": "1"],
        ]
        let number = Int.random(in: 0..<3, using: &random)
        spec.append(("tolerations", .array(Array(tolerations.shuffled(using: &random).prefix(number)))))
        return spec
    }

    private static func affinity(_ random: inout SeededGenerator) -> JSON {
        let terms: [JSON] = (0..<Int.random(in: 0..<3, using: &random)).map { _ in
            var term = JSONObject()
            if Bool.random(using: &random) {
                term["matchExpressions"] = .array([expression(&random)])
            }
            if Int.random(in: 0..<3, using: &random) == 0 {
                let name = ["n1", "n3"].randomElement(using: &random) ?? "n1"
                let comparison = ["In", "NotIn"].randomElement(using: &random) ?? "In"
                term["matchFields"] = [
                    ["key": "metadata.name", "operator": .string(comparison), "values": [.string(name)]]
                ]
            }
            return .object(term)
        }
        return [
            "nodeAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": ["nodeSelectorTerms": .array(terms)]]
        ]
    }

    private static func expression(_ random: inout SeededGenerator) -> JSON {
        let all: [JSON] = [
            ["key": "zone", "operator": "In", "values": ["a", "c"]],
            ["key": "zone", "operator": "NotIn", "values": ["a"]],
            ["key": "size", "operator": "Exists"], ["key": "size", "operator": "DoesNotExist"],
            ["key": "size", "operator": "Gt", "values": ["1"]], ["key": "size", "operator": "Lt", "values": ["2"]],
            ["key": "size", "operator": "Near", "values": ["2"]], ["operator": "Exists"],
        ]
        return all.randomElement(using: &random) ?? .null
    }

    /// The name of a node is a field of it, and no label can pretend to be one.
    @Test func aLabelIsNoField() throws {
        let term: JSON = ["matchFields": [["key": "metadata.name", "operator": "In", "values": ["n2"]]]]
        let pinned = try ObjectSample.pod("p", spec: [("affinity", Self.required([term]))])
        let liar = try ObjectSample.node("n1", metadata: [("labels", ["metadata.name": "n2"])])
        #expect(!PlacementRule(pinned.spec).allows(NodeState(liar)))
        #expect(PlacementRule(pinned.spec).allows(NodeState(try ObjectSample.node("n2"))))
    }

    static func required(_ terms: [JSON]) -> JSON {
        ["nodeAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": ["nodeSelectorTerms": .array(terms)]]]
    }
}
