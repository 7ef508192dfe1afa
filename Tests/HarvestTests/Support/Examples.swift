import Harvest
import JSON

/// A spec with every member, and the smallest.
enum Examples {
    static let fullPool: JSON = [
        "mode": "Observe",
        "nodeSelector": [
            "matchLabels": ["nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"],
            "matchExpressions": [["key": "team", "operator": "NotIn", "values": ["trading"]]],
        ],
        "optInLabel": "gleaner.dev/harvest=night",
        "resource": "amd.com/gpu",
        "windows": [["days": ["Fri", "Sat"], "from": "22:00", "to": "06:00"]],
        "timeZone": "Europe/Berlin",
        "idleAfter": "1h30m",
        "limits": ["share": "62.5%", "count": 16, "perNode": 4, "reserve": 2],
        "keepAwake": true,
        "grace": "2s",
        "reclaimWithin": "6s",
        "revenueShare": "80%",
        "models": ["qwen3-8b"],
        "runtimeClassName": "gvisor",
        "tolerations": [
            ["key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"],
            ["key": "team", "value": "ml"],
        ],
        "energy": ["pricePerKWh": "0.12", "wattsPerGPU": 600],
        "placement": ["minimumResidence": "15m", "loadsPerHour": 20],
        "cache": ["storageClassName": "local-path", "gibibytes": 500],
    ]

    static let digest = "sha256:" + String(repeating: "0f", count: 32)

    static let fullModel: JSON = [
        "source": [
            "repository": [
                "name": "Qwen/Qwen3-8B", "revision": .string(String(repeating: "a1", count: 20)),
                "tag": "Q4_K_M",
                "file": "q4/model.gguf",
            ]
        ],
        "engine": [
            "kind": "VLLM", "image": .string("registry.example/vllm:v1@" + digest),
            "flags": ["--max-model-len", "32768"],
        ],
        "resources": ["gpus": 2, "memoryGiB": 64, "nodeLabels": ["nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"]],
        "price": "qwen3-8b",
        "minimumWarm": 1,
        "expected": ["tokensPerSecond": 2500, "loadTime": "40s"],
    ]

    static let smallModel: JSON = [
        "source": ["volume": ["claim": "weights", "path": "m.gguf"]],
        "expected": ["tokensPerSecond": 100, "loadTime": "10s"],
    ]
}

extension JSON {
    /// The value with one member of it, named by a dotted path without lists, replaced or (nil) removed.
    func setting(_ path: String, _ value: JSON?) -> JSON {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard case .object(var object) = self else { return self }
        object[parts[0]] = parts.count == 1 ? value : (object[parts[0]] ?? [:]).setting(parts[1], value)
        return .object(object)
    }
}
