import Harvest
import JSON
import Testing

@Suite struct WorkerPodTests {
    static let settings = WorkerSettings(
        namespace: "gleaner", image: "registry.example/gleaner@" + Examples.digest)

    private func pod(_ model: JSON = Examples.fullModel, _ change: (inout GPUPool) -> Void = { _ in }) throws -> JSON {
        var pool = try GPUPool(name: "night", spec: Examples.fullPool)
        change(&pool)
        let model = try ServedModel(name: "qwen3-8b", spec: model)
        return WorkerPod(name: "w", node: "gpu-1", pool: pool, model: model, settings: Self.settings).manifest
    }

    /// Everything in a JSON value, by dotted path.
    private func members(_ json: JSON, _ path: String = "") -> [(path: String, value: JSON)] {
        switch json {
        case .object(let object):
            object.flatMap { members($0.value, path + "." + $0.key) + [(path + "." + $0.key, $0.value)] }
        case .array(let items): items.flatMap { members($0, path) }
        default: []
        }
    }

    @Test func aWorkerStandsInNobodysWay() throws {
        let pod = try pod()
        let spec = try #require(pod["spec"])
        #expect(spec["priorityClassName"]?.string == "gleaner-idle")
        #expect(spec["terminationGracePeriodSeconds"]?.int == 2)
        #expect(spec["automountServiceAccountToken"]?.bool == false)
        let paths = members(pod).map(\.path)
        for word in [
            "finalizers", "preStop", "lifecycle", "hostPath", "nodeName", "serviceAccountName", "cpu",
        ] {
            #expect(!paths.contains { $0.hasSuffix(".\(word)") }, "\(word)")
        }
        for label in pod["metadata"]?["labels"]?.object?.keys ?? [] { #expect(label.hasPrefix("gleaner.dev/")) }
        let limits = spec["containers"]?.array?[0]["resources"]?["limits"]?.object
        #expect(limits?["amd.com/gpu"]?.string == "2" && limits?["memory"]?.string == "64Gi" && limits?.count == 2)
        // Without this word, the API server takes the limit for a request.
        let requests = spec["containers"]?.array?[0]["resources"]?["requests"]
        #expect(requests == ["memory": "0"])
    }

    /// Pod Security Standards, level restricted, as the standard states it.
    @Test func everyPodIsRestricted() throws {
        var pool = GPUPool(name: "p")
        pool.cache = CachePolicy(storageClassName: "local", gibibytes: 10)
        let model = try ServedModel(name: "m", spec: Examples.fullModel)
        let fetcher = try #require(WeightsCache.fetcher(model, pool: pool, node: "n", settings: Self.settings))
        for pod in [try pod(), try self.pod(Examples.smallModel), fetcher] {
            let spec = try #require(pod["spec"])
            #expect(spec["securityContext"]?["runAsNonRoot"]?.bool == true)
            #expect(spec["securityContext"]?["seccompProfile"]?["type"]?.string == "RuntimeDefault")
            for name in ["hostNetwork", "hostPID", "hostIPC"] { #expect(spec[name]?.bool != true) }
            for container in spec["containers"]?.array ?? [] {
                let security = try #require(container["securityContext"])
                #expect(security["allowPrivilegeEscalation"]?.bool == false && security["privileged"]?.bool != true)
                #expect(security["readOnlyRootFilesystem"]?.bool == true)
                #expect(security["capabilities"] == ["drop": ["ALL"]])
                #expect(container["image"]?.string?.contains("@sha256:") == true)
            }
            for volume in spec["volumes"]?.array ?? [] {
                #expect(volume["persistentVolumeClaim"] != nil || volume["emptyDir"]?["sizeLimit"] != nil)
            }
            #expect(spec["affinity"]?.serialized().contains("metadata.name") == true)
        }
    }

    @Test func theOwnersWordsArrive() throws {
        let pod = try pod()
        let spec = try #require(pod["spec"])
        #expect(spec["runtimeClassName"]?.string == "gvisor")
        #expect(
            spec["tolerations"]?.array?.first == [
                "key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule",
            ])
        #expect(spec["tolerations"]?.array?[1] == ["key": "team", "operator": "Equal", "value": "ml"])
        #expect(pod["metadata"]?["annotations"]?.object?.first { _ in true }?.value == "false")
        let plain = try self.pod { ($0.runtimeClassName, $0.keepAwake) = (nil, false) }
        #expect(plain["spec"]?["runtimeClassName"] == nil)
        #expect(plain["metadata"]?["annotations"]?.object?.first { _ in true }?.value == "true")
    }

    static let engines: [(String, [String]?, [String])] = [
        ("VLLM", ["vllm", "serve"], ["--tensor-parallel-size", "2", "--max-model-len", "32768"]),
        ("SGLang", ["python3", "-m", "sglang.launch_server"], ["--tp-size", "2"]),
        ("LlamaServer", nil, ["--alias", "qwen3-8b"]), ("BuiltIn", nil, ["worker", "--name", "qwen3-8b"]),
    ]

    @Test(arguments: engines.indices) func everyEngineIsToldWhatToServe(_ place: Int) throws {
        let (kind, command, words) = Self.engines[place]
        let flags: JSON = ["--max-model-len", "32768", "--draft={weights}.draft", "-n{gpus}"]
        let model = Examples.fullModel.setting("engine.kind", .string(kind)).setting("engine.flags", flags)
        let container = try #require(try pod(model)["spec"]?["containers"]?.array?.first)
        #expect(container["command"]?.array?.compactMap(\.string) == command)
        let arguments = container["args"]?.array?.compactMap(\.string) ?? []
        for word in words + ["8081"] { #expect(arguments.contains(word), "\(word)") }
        let weights = "/weights/models/Qwen/Qwen3-8B/Q4_K_M/\(String(repeating: "a1", count: 20))/q4/model.gguf"
        #expect(arguments.contains(weights) && arguments.suffix(2) == ["--draft=\(weights).draft", "-n2"])
    }

    @Test func onlyGatewaysSpeakToWorkers() throws {
        let worker = ClusterPolicies.workerPolicy(Self.settings)
        #expect(worker["spec"]?["egress"] == [])
        #expect(worker["spec"]?["ingress"]?.array?.count == 1)
        #expect(
            worker["spec"]?["ingress"]?.array?[0]["from"]
                == [["podSelector": ["matchLabels": ["gleaner.dev/role": "gateway"]]]])
        #expect(ClusterPolicies.denyAll(Self.settings)["spec"]?["policyTypes"] == ["Ingress", "Egress"])
        #expect(ClusterPolicies.fetcherPolicy(Self.settings)["spec"]?["ingress"] == [])
        let priority = ClusterPolicies.priorityClass(name: "gleaner-idle")
        #expect((priority["value"]?.int ?? 0) < -10 && priority["preemptionPolicy"]?.string == "Never")
    }

    @Test func weightsHaveOneHomeOnEachNode() throws {
        var pool = GPUPool(name: "p")
        #expect(WeightsCache.claim(pool: pool, node: "n", settings: Self.settings) == nil)
        pool.cache = CachePolicy(storageClassName: "local", gibibytes: 10)
        let claim = try #require(WeightsCache.claim(pool: pool, node: "n", settings: Self.settings))
        #expect(claim["spec"]?["resources"]?["requests"]?["storage"]?.string == "10Gi")
        let names = Set(
            ["n", "m", "a.very.long.node.name.example.com"].map { WeightsCache.claimName(pool: "p", node: $0) })
        #expect(names.count == 3 && names.allSatisfy { $0.utf8.count <= 63 })
        let model = try ServedModel(name: "m", spec: Examples.fullModel)
        let fetcher = try #require(WeightsCache.fetcher(model, pool: pool, node: "n", settings: Self.settings))
        #expect(
            fetcher["spec"]?["containers"]?.array?[0]["args"]?.array?.compactMap(\.string)
                == ["pull", "Qwen/Qwen3-8B:Q4_K_M", "--revision", String(repeating: "a1", count: 20)])
        #expect(fetcher["spec"]?["containers"]?.array?[0]["resources"] == nil)
    }
}
