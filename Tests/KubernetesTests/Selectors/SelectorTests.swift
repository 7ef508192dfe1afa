import Foundation
import JSON
import Kubernetes
import TestSupport
import Testing

@Suite struct SelectorTests {
    private struct Case {
        let name: String
        let query: String
        let names: Set<String>
    }

    /// What the recorded server found among its four pods.
    private static func cases() throws -> [Case] {
        let cases = try Recording.json("selectors.json")["cases"]?.object ?? JSONObject()
        return try cases.map { name, value in
            let query = try #require(value["query"]?.string?.removingPercentEncoding)
            return Case(name: name, query: query, names: Set((value["names"]?.array ?? []).compactMap(\.string)))
        }
    }

    private static let labels = [
        "gated": ["app": "x", "tier": "a"], "s-a": ["app": "x", "tier": "b"], "s-b": ["app": "y"], "s-c": [:],
    ]

    @Test(.enabled(if: TestData.isAvailable)) func selectWhatTheServerSelects() throws {
        let pods = try Recording.exchange("lists/pods.json").body["items"]?.array ?? []
        let all = try pods.map { try Pod($0) }
        #expect(Set(all.map(\.metadata.name)) == Set(Self.labels.keys))
        var seen = 0
        for selection in try Self.cases() {
            let text = selection.query.drop { $0 != "=" }.dropFirst()
            let found: [String]
            if selection.query.hasPrefix("label") {
                let selector = try LabelSelector(parsing: String(text))
                #expect(try LabelSelector(parsing: selector.description) == selector)
                found = Self.labels.filter { selector.matches($0.value) }.map(\.key)
            } else {
                let selector = try FieldSelector(parsing: String(text))
                #expect(try FieldSelector(parsing: selector.description) == selector)
                found = all.filter { selector.matches($0.field) }.map(\.metadata.name)
            }
            #expect(Set(found) == selection.names, "\(selection.name)")
            seen += 1
        }
        #expect(seen == 12)
    }

    @Test func absentLabelsFulfilNegations() throws {
        #expect(try LabelSelector(parsing: "a!=b").matches([:]))
        #expect(try LabelSelector(parsing: "a notin (b)").matches([:]))
        #expect(try !LabelSelector(parsing: "a in (b)").matches([:]))
        #expect(try !LabelSelector(parsing: "a=").matches([:]))
        #expect(try LabelSelector(parsing: "a=").matches(["a": ""]))
        #expect(try LabelSelector(parsing: "").matches([:]))
        #expect(try LabelSelector(parsing: " a == b , !c ").matches(["a": "b"]))
        #expect(try LabelSelector(parsing: "n>5,n<7").matches(["n": "6"]))
        #expect(try !LabelSelector(parsing: "n>5").matches(["n": "5"]))
        #expect(try !LabelSelector(parsing: "n>5").matches(["n": "many"]))
    }

    @Test(arguments: [
        "a in b", "a in (b", "a) in (b", "=b", "a,,b", "a=b c", "a in ((b))", "!", "a notin", "a>x", "ü=1", "a=ü", ",",
        "a b (c)",
    ])
    func refusesWhatIsNoLabelSelector(_ text: String) {
        #expect(throws: SelectorError.self) { try LabelSelector(parsing: text) }
    }

    @Test(arguments: ["a", "=b", "a=b=c", "!=b", "a!=b=c"])
    func refusesWhatIsNoFieldSelector(_ text: String) {
        #expect(throws: SelectorError.self) { try FieldSelector(parsing: text) }
    }

    @Test func labelSelectorsReadBackAsTheSame() throws {
        var generator = SeededGenerator(seed: 7)
        let (keys, values) = (["a", "x/y.z", "k-1"], ["", "v", "v-1", "2"])
        for _ in 0..<1000 {
            let requirements = (0..<Int.random(in: 0..<4, using: &generator)).map { _ -> LabelSelector.Requirement in
                let key = keys.randomElement(using: &generator) ?? "a"
                let some = Array(values.shuffled(using: &generator).prefix(Int.random(in: 1...3, using: &generator)))
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: return .isOneOf(key, some)
                case 1: return .isNoneOf(key, some)
                case 2: return .exists(key)
                case 3: return .absent(key)
                default: return .isAbove(key, Int.random(in: -5..<5, using: &generator))
                }
            }
            let selector = LabelSelector(requirements)
            #expect(try LabelSelector(parsing: selector.description) == selector, "\(selector)")
        }
    }

    @Test func fieldSelectorsEscapeTheirValues() throws {
        for value in ["", "a", "a,b", "a=b", "a\\", "\\,=", "a!"] {
            for isEqual in [true, false] {
                let selector = FieldSelector([.init(field: "spec.nodeName", value: value, isEqual: isEqual)])
                #expect(try FieldSelector(parsing: selector.description) == selector, "\(selector)")
            }
        }
        #expect(!FieldSelector.equal("spec.unknown", "").matches { _ in nil })
    }

    @Test func whatCannotBeReadSelectsNothing() {
        let hostile: [JSON] = [
            7, ["matchLabels": ["a": 5]], ["matchLabels": "a"], ["matchExpressions": [7]], ["matchExpressions": "x"],
            ["matchExpressions": [["key": "a", "operator": "Sometimes"]]],
            ["matchExpressions": [["key": "a", "operator": "Gt", "values": ["x"]]]],
        ]
        for json in hostile { #expect(!LabelSelector(json).matches(["a": "5"]), "\(json.serialized())") }
        let good: JSON = [
            "matchLabels": ["a": "1"], "matchExpressions": [["key": "b", "operator": "NotIn", "values": ["x"]]],
        ]
        #expect(LabelSelector(good).matches(["a": "1"]))
        #expect(!LabelSelector(good).matches(["a": "1", "b": "x"]))
        #expect(LabelSelector([:]).matches([:]))
    }

    @Test func podsFitNodesAsTheSchedulerSeesIt() throws {
        let gpu: JSON = ["taints": [["key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"]]]
        let node = try Sample.node("n1", labels: ["zone": "a", "size": "8"], spec: gpu)
        let plain = try Sample.pod()
        #expect(
            plain.spec.misfit(on: node) == .taint(Taint(key: "nvidia.com/gpu", value: "present", effect: .noSchedule)))
        let tolerant: JSON = [["key": "nvidia.com/gpu", "operator": "Exists"]]
        func pod(_ more: [(String, JSON)]) throws -> Pod {
            try Sample.pod(spec: .object(JSONObject([("tolerations", tolerant)] + more)))
        }
        #expect(try pod([]).spec.misfit(on: node) == nil)
        #expect(try pod([("nodeSelector", ["zone": "b"])]).spec.misfit(on: node) == .selector)
        func affinity(_ terms: JSON) -> [(String, JSON)] {
            [
                (
                    "affinity",
                    ["nodeAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": ["nodeSelectorTerms": terms]]]
                )
            ]
        }
        let large: JSON = ["matchExpressions": [["key": "size", "operator": "Gt", "values": ["4"]]]]
        let other: JSON = ["matchFields": [["key": "metadata.name", "operator": "In", "values": ["n2"]]]]
        #expect(try pod(affinity([large])).spec.misfit(on: node) == nil)
        #expect(try pod(affinity([other])).spec.misfit(on: node) == .affinity)
        #expect(try pod(affinity([other, large])).spec.misfit(on: node) == nil)
        #expect(try pod(affinity([[:]])).spec.misfit(on: node) == .affinity)
        #expect(NodeSelector.named("n1").matches(node))
        let cordoned = try Sample.node("n3", spec: ["unschedulable": true])
        #expect(plain.spec.misfit(on: cordoned) == .cordoned)
    }

    @Test func tolerationsBearTheirTaints() throws {
        let taint = Taint(key: "k", value: "v", effect: .noExecute)
        let cases: [(JSON, Bool)] = [
            (["key": "k", "value": "v"], true), (["key": "k", "value": "w"], false), (["operator": "Exists"], true),
            (["key": "k", "operator": "Exists", "effect": "NoSchedule"], false),
            (["key": "k", "operator": "Maybe"], false),
            (["key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5], true), ([:], false),
            (["key": "k", "operator": "Exists", "effect": "Odd"], false),
        ]
        for (json, isBorne) in cases {
            let pod = try Sample.pod(spec: ["tolerations": [json]])
            #expect(pod.spec.tolerations.contains { $0.tolerates(taint) } == isBorne, "\(json.serialized())")
            for toleration in pod.spec.tolerations {
                let again = try Sample.pod(spec: ["tolerations": [toleration.json]])
                #expect(again.spec.tolerations == [toleration])
            }
        }
    }
}
