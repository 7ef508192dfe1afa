import Harvest
import JSON
import Ledger
import Testing

@Suite struct SpecTests {
    @Test func aPoolIsReadWhole() throws {
        let pool = try GPUPool(name: "night", spec: Examples.fullPool)
        #expect(pool.mode == .observe)
        #expect(pool.resource == "amd.com/gpu")
        #expect(pool.optIn == OptInLabel(key: "gleaner.dev/harvest", value: "night"))
        #expect(pool.idleAfterMs == 5_400_000)
        #expect(pool.limits.share == Share(numerator: 5, denominator: 8))
        #expect(pool.limits.count == 16 && pool.limits.perNode == 4 && pool.limits.reserve == 2)
        #expect(pool.graceSeconds == 2 && pool.reclaimWithinMs == 6000 && pool.keepAwake)
        #expect(pool.revenueShare == Share("80%"))
        #expect(pool.tolerations.last == Toleration(key: "team", value: "ml"))
        #expect(pool.energy?.cost(gpus: 2, ms: 3_600_000) == PicoUSD(decimal: "0.144"))
        #expect(pool.cache == CachePolicy(storageClassName: "local-path", gibibytes: 500))
        #expect(pool.placement.minimumResidenceMs == 900_000 && pool.placement.loadsPerHour == 20)
        let labels = ["nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3", "gleaner.dev/harvest": "night"]
        #expect(pool.selects(labels: labels))
        #expect(!pool.selects(labels: labels.merging(["team": "trading"]) { $1 }))
        #expect(!pool.selects(labels: labels.merging(["gleaner.dev/harvest": "day"]) { $1 }))
    }

    @Test func anEmptyPoolIsThePlainOffer() throws {
        let pool = try GPUPool(name: "p", spec: [:])
        #expect(pool == GPUPool(name: "p"))
        #expect(!pool.selects(labels: [:]))
        #expect(pool.selects(labels: ["gleaner.dev/harvest": "true"]))
        #expect(!pool.selects(labels: ["gleaner.dev/harvest": "false"]))
    }

    /// The table's defaults, which an API server fills in, are those of the types.
    @Test func defaultsAreTheSameOnBothSides() throws {
        let filled = Self.defaults(GPUPool.schema.openAPI, [:])
        #expect(try GPUPool(name: "p", spec: filled) == GPUPool(name: "p"))
        let model = Self.defaults(ServedModel.schema.openAPI, Examples.smallModel)
        #expect(try ServedModel(name: "m", spec: model) == ServedModel(name: "m", spec: Examples.smallModel))
    }

    private static func defaults(_ schema: JSON, _ json: JSON) -> JSON {
        guard case .object(var object) = json else { return json }
        for (name, property) in schema["properties"]?.object ?? JSONObject() {
            object[name] = object[name].map { defaults(property, $0) } ?? property["default"]
        }
        return .object(object)
    }

    static let contradictions: [(String, JSON, String)] = [
        ("timeZone", "Europe/Berln", "write an IANA name"), ("timeZone", "CET", "Europe/Berlin"),
        ("timeZone", "UTC+25:00", "UTC+05:30"), ("reclaimWithin", "2s", "write more than the grace of 2s"),
        ("idleAfter", "30h", "at most 24h"), ("limits.share", "0%", "write more"),
        ("windows", [["days": ["Mon", "Mon"], "from": "00:00", "to": "01:00"]], "name each once"),
        ("nodeSelector.matchExpressions", [["key": "a", "operator": "In"]], "at least one value"),
        ("nodeSelector.matchExpressions", [["key": "a", "operator": "Exists", "values": ["b"]]], "leave it away"),
        ("tolerations", [["value": "x"]], "name the taint's key"),
    ]

    @Test(arguments: contradictions.indices) func whatTheSchemaCannotSayIsSaid(_ place: Int) {
        let (path, value, advice) = Self.contradictions[place]
        do {
            _ = try GPUPool(name: "p", spec: Examples.fullPool.setting(path, value))
            Issue.record("\(path) was not refused")
        } catch {
            #expect("\(error)".contains(advice), "\(error)")
        }
    }

    @Test func aModelIsReadWhole() throws {
        let model = try ServedModel(name: "m", spec: Examples.fullModel)
        #expect(model.engine == .vLLM && model.gpus == 2 && model.memoryGiB == 64 && model.minimumWarm == 1)
        #expect(model.expected == .init(tokensPerSecond: 2500, loadMs: 40_000))
        #expect(model.flags == ["--max-model-len", "32768"])
        #expect(throws: SpecProblems.self) {
            try ServedModel(name: "m", spec: Examples.fullModel.setting("engine.image", nil))
        }
        #expect(throws: SpecProblems.self) {
            try ServedModel(name: "m", spec: Examples.smallModel.setting("source.volume.path", "a/../../b"))
        }
    }

    @Test func aServerOfFilesNeedsTheFile() throws {
        let llama = Examples.fullModel.setting("engine.kind", "LlamaServer")
        _ = try ServedModel(name: "m", spec: llama)
        #expect(throws: SpecProblems.self) {
            try ServedModel(name: "m", spec: llama.setting("source.repository.file", nil))
        }
    }

    @Test func everythingThatIsWrongIsNamedAtOnce() {
        let spec = Examples.fullPool.setting("grace", "30s").setting("idleAfter", 5).setting("gracee", "1s")
        do {
            _ = try GPUPool(name: "p", spec: spec)
            Issue.record("nothing was refused")
        } catch {
            #expect(error.all.map(\.field) == ["spec.idleAfter", "spec.grace", "spec.gracee"])
        }
    }
}
