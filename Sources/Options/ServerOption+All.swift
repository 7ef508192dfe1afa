extension ServerOption {
    /// Every option, in the order of the page.
    package static let all = listening + models + yielding + ledger + fleet + worker

    /// Where a server listens and how it ends.
    private static let listening = [
        ServerOption(
            "host", "address", \.host, .text("an address or a host name"), example: "0.0.0.0",
            help: "Address to listen on; 0.0.0.0 lets other machines in"),
        ServerOption(
            "port", "n", \.port, .integer(0...65_535), example: "9000", help: "Port to listen on; 0 takes a free one"),
        ServerOption(
            "tls-certificate", "file", \.tlsCertificate, .text("the path of a PEM file"), example: "server.pem",
            default: "none: plain HTTP", help: "Certificate chain for HTTPS; needs --tls-key"),
        ServerOption(
            "tls-key", "file", \.tlsKey, .text("the path of a PEM file"), example: "server.key",
            default: "none", help: "Private key of --tls-certificate"),
        ServerOption(
            "drain-timeout", "seconds", \.drainTimeout, .integer(0...86_400), example: "5",
            default: "30; 0 for a worker, whose answers go on elsewhere",
            help: "Seconds that running requests may go on after the server was told to stop"),
        ServerOption(
            "max-connections", "n", \.maxConnections, .integer(1...(1 << 20)), example: "20000",
            help: "Connections at once; one more is refused with 503"),
        ServerOption(
            "log-level", "level", \.logLevel, .oneOf, example: "debug",
            help: "Least severe message to log: trace, debug, info, notice, warning, error or critical"),
    ]

    /// The model and what its engine may use.
    private static let models = [
        ServerOption(
            "model", "model", \.model, .text("a path or the name of a stored model"), example: "Qwen3-0.6B-GGUF",
            default: "none; it must be given",
            help: "The model: a GGUF file, a folder with safetensors, or a stored name"
        )
        .only(.serve, .worker),
        ServerOption(
            "name", "name", \.name, .text("a name on one line"), example: "chat", default: "the model's own",
            help: "What requests call the model"
        )
        .only(.serve, .worker),
        ServerOption(
            "threads", "n", \.threads, .integer(1...1024), example: "3", default: "the performance cores",
            help: "Threads that compute"
        )
        .only(.serve, .worker),
        ServerOption(
            "context-length", "tokens", \.contextLength, .integer(1...(1 << 30)), example: "4096",
            default: "the model's", help: "Longest sequence, prompt and answer together"
        )
        .only(.serve, .worker),
        ServerOption(
            "kv-memory", "size", \.kvMemory, .bytes(atLeast: 1 << 20), example: "2GiB",
            help: "Memory for keys and values of all sequences; taken as it is used"
        )
        .only(.serve, .worker),
        ServerOption(
            "kv-type", "type", \.kvType, .oneOf, example: "f32",
            help: "How keys and values are kept: auto, f32 or f16; auto is f32 for models in F32, f16 for others"
        )
        .only(.serve, .worker),
        ServerOption(
            "max-batch-tokens", "tokens", \.maxBatchTokens, .integer(1...(1 << 20)), example: "1024",
            help: "Tokens in one step at most; more is faster for prompts and slower for streams beside them"
        )
        .only(.serve, .worker),
        ServerOption(
            "max-sequences", "n", \.maxSequences, .integer(1...(1 << 16)), example: "16",
            help: "Sequences that run at once"
        )
        .only(.serve, .worker),
        ServerOption(
            "max-waiting", "n", \.maxWaiting, .integer(0...(1 << 20)), example: "8",
            help: "Requests that may wait; one more is refused with 429"
        )
        .only(.serve, .worker),
        ServerOption(
            "chat-template", "file", \.chatTemplate, .text("the path of a Jinja file"), example: "chat.jinja",
            default: "the model's own", help: "A Jinja file that replaces the model's chat template"
        )
        .only(.serve, .worker),
    ]

    /// When the machine is its owner's.
    private static let yielding = [
        ServerOption(
            "yield", "true or false", \.yields, .trueOrFalse, example: "true",
            help: "Stop for other processes that want the processor or use the accelerator, and go on after them"
        )
        .only(.serve).asSwitch(),
        ServerOption(
            "yield-when", "command", \.yieldCommand, .text("a shell command on one line"),
            example: "pgrep -x blender", default: "none",
            help: "Stop while this command succeeds; it is asked every second"
        )
        .only(.serve),
        ServerOption(
            "yield-to-unit", "unit", \.yieldUnit, .text("the name of a systemd unit"), example: "render.service",
            default: "none", help: "Stop while this systemd unit runs"
        )
        .only(.serve),
        ServerOption(
            "yield-memory", "what", \.yieldMemory, .oneOf, example: "release",
            help: "What becomes of the model's memory meanwhile: keep it, or release it to the system"
        )
        .only(.serve),
        ServerOption(
            "yield-cores", "n", \.yieldCores, .decimal(0.1...1024), example: "2",
            help: "Cores' worth of work that others may do beyond the cores that --threads leaves free"
        )
        .only(.serve),
        ServerOption(
            "yield-rest", "seconds", \.yieldRest, .integer(1...86_400), example: "60",
            help: "Seconds without any signal before serving goes on; longer each time that it was too soon"
        )
        .only(.serve),
    ]

    /// Tenants and money.
    private static let ledger = [
        ServerOption(
            "database", "path-or-url", \.database,
            .secret("the path of a SQLite file or a postgresql:// URL, on one line"),
            example: "postgresql://gleaner@db.example/gleaner", default: "ledger.db in GLEANER_HOME",
            help: "Tenants, keys, prices and the ledger: a SQLite file, or PostgreSQL's URL"
        )
        .only(.serve, .gateway),
        ServerOption(
            "pool", "pool", \.pool, .text("the id of a pool"), example: "gpu-farm",
            help: "The pool that this machine belongs to: its operator earns a share of what is served here"
        )
        .only(.serve, .gateway),
    ]

    /// A gateway's workers.
    private static let fleet = [
        ServerOption(
            "workers", "url[=pool],…", \.workers, .workers, example: "http://10.0.0.7:8081,http://10.0.0.8:8081=farm",
            default: "none; they must be given, or --worker-namespace",
            help: "Addresses of workers, separated by commas; '=' names the pool whose operator earns with one"
        )
        .only(.gateway),
        ServerOption(
            "worker-namespace", "namespace", \.workerNamespace, .text("the name of a namespace"), example: "gleaner",
            default: "none",
            help:
                "Kubernetes namespace whose worker pods are found as they come and go (KUBECONFIG, or the pod's account)"
        )
        .only(.gateway),
        ServerOption(
            "queue-timeout", "seconds", \.queueTimeout, .integer(1...86_400), example: "20",
            help: "Seconds that a request waits for a worker at most, unless it says otherwise"
        )
        .only(.gateway),
        ServerOption(
            "worker-ca", "file", \.workerAuthority, .text("the path of a PEM file"), example: "workers-ca.pem",
            default: "the system's", help: "Authority that the certificates of https workers come from"
        )
        .only(.gateway),
        ServerOption(
            "client-certificate", "file", \.clientCertificate, .text("the path of a PEM file"),
            example: "gateway.pem", default: "none", help: "Certificate shown to workers; needs --client-key"
        )
        .only(.gateway),
        ServerOption(
            "client-key", "file", \.clientKey, .text("the path of a PEM file"), example: "gateway.key",
            default: "none", help: "Private key of --client-certificate"
        )
        .only(.gateway),
    ]

    /// A worker's side of the same.
    private static let worker = [
        ServerOption(
            "worker-token", "token", \.workerToken, .secret("a token on one line"), example: "s3cret",
            default: "none", help: "What a gateway must show to its workers; better in the environment than as a flag"
        )
        .only(.gateway, .worker),
        ServerOption(
            "tls-client-ca", "file", \.tlsClientAuthority, .text("the path of a PEM file"), example: "gateways-ca.pem",
            default: "none", help: "Authority that the certificates of gateways must come from; needs --tls-certificate"
        )
        .only(.worker),
        ServerOption(
            "kind", "kind", \.kind, .text("a name on one line"), example: "epyc-q8", default: "gleaner-cpu",
            help: "Workers of one kind are equally fast; gateways learn how fast from all of them"
        )
        .only(.worker),
        ServerOption(
            "simulate", "profile", \.simulate, .text("the name of a profile or the path of a JSON file"),
            example: "h100-8b", default: "a real engine",
            help: "Be a simulated device instead of loading a model: the API and the times of one, and made-up text"
        )
        .only(.worker),
        ServerOption(
            "engine", "command", \.engine, .text("a command on one line"),
            example: "llama-server -m model.gguf --port 9001", default: "Gleaner's own",
            help: "Run this engine instead of loading a model, and start it again when it ends; needs --engine-url"
        )
        .only(.worker),
        ServerOption(
            "engine-url", "url", \.engineURL, .text("an address such as http://127.0.0.1:9001"),
            example: "http://127.0.0.1:9001", default: "none", help: "Where the engine of --engine listens"
        )
        .only(.worker),
    ]
}
