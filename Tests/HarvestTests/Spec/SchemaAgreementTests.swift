import Harvest
import JSON
import TestSupport
import Testing

/// What the API server checks and what the parser checks are the same.
@Suite struct SchemaAgreementTests {
    static let brokenPools: [(String, JSON?)] = [
        ("mode", "observe"), ("mode", 1), ("nodeSelector.matchLabels", ["a": 1]),
        ("nodeSelector.matchLabels", ["a": "not a value"]), ("nodeSelector.matchExpressions", [["key": "a"]]),
        ("nodeSelector.matchExpressions", [["key": "a", "operator": "Gt", "values": ["1"]]]),
        ("optInLabel", "a b"), ("optInLabel", "=x"), ("resource", "gpu"), ("windows", [["from": "22:00"]]),
        ("windows", [["from": "24:00", "to": "06:00"]]), ("windows", [["from": "9:00", "to": "10:00"]]),
        ("windows", [["days": ["Monday"], "from": "09:00", "to": "10:00"]]), ("timeZone", "Europe Berlin"),
        ("idleAfter", "2"), ("idleAfter", 120), ("idleAfter", "2 m"), ("idleAfter", ""), ("limits.share", "120%"),
        ("limits.share", 50), ("limits.count", -1), ("limits.count", "16"), ("limits.perNode", 2000),
        ("limits.reserve", 1.5), ("keepAwake", "yes"), ("grace", "0s"), ("grace", "6s"), ("grace", "30s"),
        ("reclaimWithin", "1d"), ("revenueShare", "80"), ("models", ["A model"]), ("models", "qwen"),
        ("runtimeClassName", "gVisor_"), ("tolerations", [["effect": "Never"]]), ("energy.pricePerKWh", 0.12),
        ("energy.pricePerKWh", "12c"), ("energy.wattsPerGPU", nil), ("placement.loadsPerHour", 0),
        ("cache.gibibytes", 0), ("cache", []), ("unknown", true), ("limits.most", 4),
    ]
    static let brokenModels: [(String, JSON?)] = [
        ("source", nil), ("source", [:]), ("source.volume", ["claim": "w", "path": "m"]),
        ("source.repository.revision", "main"), ("source.repository.name", "Qwen3"),
        ("source.repository.file", "/etc/passwd"), ("source.repository.tag", "a/b"), ("engine.kind", "TGI"),
        ("engine.image", "registry.example/vllm:latest"), ("engine.flags", "--x"), ("engine.flags", ["a\nb"]),
        ("resources.gpus", 0), ("resources.gpus", 65), ("resources.memoryGiB", "64Gi"),
        ("resources.nodeLabels", ["a": "b c"]), ("price", ""), ("minimumWarm", -1), ("expected", nil),
        ("expected.tokensPerSecond", 0), ("expected.loadTime", "fast"), ("replicas", 2),
    ]

    @Test func validSpecsPassBoth() throws {
        for spec in [Examples.fullPool, [:]] {
            #expect(OpenAPICheck.accepts(spec, GPUPool.schema.openAPI))
            _ = try GPUPool(name: "p", spec: spec)
        }
        for spec in [Examples.fullModel, Examples.smallModel] {
            #expect(OpenAPICheck.accepts(spec, ServedModel.schema.openAPI))
            _ = try ServedModel(name: "m", spec: spec)
        }
    }

    @Test(arguments: brokenPools.indices) func aBrokenPoolIsRefusedByBoth(_ place: Int) {
        let (path, value) = Self.brokenPools[place]
        let spec = Examples.fullPool.setting(path, value)
        #expect(!OpenAPICheck.accepts(spec, GPUPool.schema.openAPI), "\(path)")
        expectRefusal(naming: path) { _ = try GPUPool(name: "p", spec: spec) }
    }

    @Test(arguments: brokenModels.indices) func aBrokenModelIsRefusedByBoth(_ place: Int) {
        let (path, value) = Self.brokenModels[place]
        let spec = Examples.fullModel.setting(path, value)
        #expect(!OpenAPICheck.accepts(spec, ServedModel.schema.openAPI), "\(path)")
        expectRefusal(naming: path.split(separator: ".").first.map(String.init) ?? path) {
            _ = try ServedModel(name: "m", spec: spec)
        }
    }

    /// Random values in random places: both say the same.
    @Test func bothAgreeOnMutations() {
        var random = SeededGenerator(seed: 5)
        let values: [JSON] = [
            .null, true, 0, -1, 7, 1.5, "", "x", "2m", "50%", "5s", "a/b", [], ["a"], [:], ["a": "b"],
            .string(String(repeating: "y", count: 400)),
        ]
        for (schema, full) in [(GPUPool.schema, Examples.fullPool), (ServedModel.schema, Examples.fullModel)] {
            for _ in 0..<500 {
                let spec = mutated(full, values, &random)
                let isRefused = !schema.check(spec, at: "spec").isEmpty
                #expect(OpenAPICheck.accepts(spec, schema.openAPI) == !isRefused, "\(spec.serialized())")
            }
        }
    }

    private func mutated(_ json: JSON, _ values: [JSON], _ random: inout SeededGenerator) -> JSON {
        guard case .object(var object) = json, let key = object.keys.randomElement(using: &random),
            Int.random(in: 0..<3, using: &random) > 0
        else { return values.randomElement(using: &random) ?? .null }
        object[key] = Bool.random(using: &random) ? mutated(object[key] ?? .null, values, &random) : nil
        return .object(object)
    }

    private func expectRefusal(naming member: String, _ parse: () throws -> Void) {
        do {
            try parse()
            Issue.record("\(member) was not refused")
        } catch {
            let text = "\(error)"
            #expect(text.contains(member.split(separator: ".").last.map(String.init) ?? member), "\(text)")
            // What to write instead, or which members there are.
            #expect(text.contains("write") || text.contains("members here are"), "\(text)")
        }
    }
}
