/// How each engine is told what to serve, where, and on how many accelerators. The owner's flags come last: they win.
struct EngineArguments {
    private let model: ServedModel
    private let weights: String
    private let port: Int

    init(_ model: ServedModel, weights: String, port: Int) {
        self.model = model
        self.weights = weights
        self.port = port
    }

    /// Nil for the image's own entry point.
    var command: [String]? {
        switch model.engine {
        case .builtIn, .llamaServer: nil
        case .vLLM: ["vllm", "serve"]
        case .sgLang: ["python3", "-m", "sglang.launch_server"]
        }
    }

    var arguments: [String] { standard + model.flags.map(filled) }

    private var standard: [String] {
        let (port, gpus) = ("\(port)", "\(model.gpus)")
        switch model.engine {
        case .builtIn:
            return ["worker", weights, "--name", model.name, "--host", "0.0.0.0", "--port", port]
        case .vLLM:
            return [
                weights, "--served-model-name", model.name, "--host", "0.0.0.0", "--port", port,
                "--tensor-parallel-size", gpus,
            ]
        case .sgLang:
            return [
                "--model-path", weights, "--served-model-name", model.name, "--host", "0.0.0.0", "--port", port,
                "--tp-size", gpus, "--enable-metrics",
            ]
        case .llamaServer:
            return ["--model", weights, "--alias", model.name, "--host", "0.0.0.0", "--port", port, "--metrics"]
        }
    }

    private func filled(_ flag: String) -> String {
        // `String` splits are enough here: a flag is short.
        flag.split(separator: "{weights}", omittingEmptySubsequences: false).joined(separator: weights)
            .split(separator: "{gpus}", omittingEmptySubsequences: false).joined(separator: "\(model.gpus)")
    }

    var healthPath: String { "/health" }

    /// The environment variable that makes the engine ask for a token; nil where it knows flags only.
    var tokenVariable: String? {
        switch model.engine {
        case .builtIn: "GLEANER_WORKER_TOKEN"
        case .vLLM: "VLLM_API_KEY"
        case .sgLang: nil
        case .llamaServer: "LLAMA_API_KEY"
        }
    }
}
