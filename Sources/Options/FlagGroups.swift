import ArgumentParser

/// Flags that several commands share, each group with its values by option name.
struct ListeningFlags: ParsableArguments {
    @Option(name: .customLong("config"), help: "A YAML file that sets any of these options.", completion: .file())
    var config: String?
    @Option(name: .customLong("host"), help: .option("host")) var host: String?
    @Option(name: .customLong("port"), help: .option("port")) var port: String?
    @Option(name: .customLong("tls-certificate"), help: .option("tls-certificate"), completion: .file())
    var tlsCertificate: String?
    @Option(name: .customLong("tls-key"), help: .option("tls-key"), completion: .file()) var tlsKey: String?
    @Option(name: .customLong("drain-timeout"), help: .option("drain-timeout")) var drainTimeout: String?
    @Option(name: .customLong("max-connections"), help: .option("max-connections")) var maxConnections: String?
    @Option(name: .customLong("log-level"), help: .option("log-level")) var logLevel: String?

    var values: [(String, String?)] {
        [
            ("host", host), ("port", port), ("tls-certificate", tlsCertificate), ("tls-key", tlsKey),
            ("drain-timeout", drainTimeout), ("max-connections", maxConnections), ("log-level", logLevel),
        ]
    }
}

struct ModelFlags: ParsableArguments {
    @Argument(help: .option("model"), completion: .file()) var model: String?
    @Option(name: .customLong("name"), help: .option("name")) var name: String?
    @Option(name: .customLong("threads"), help: .option("threads")) var threads: String?
    @Option(name: .customLong("context-length"), help: .option("context-length")) var contextLength: String?
    @Option(name: .customLong("kv-memory"), help: .option("kv-memory")) var kvMemory: String?
    @Option(name: .customLong("kv-type"), help: .option("kv-type")) var kvType: String?
    @Option(name: .customLong("max-batch-tokens"), help: .option("max-batch-tokens")) var maxBatchTokens: String?
    @Option(name: .customLong("max-sequences"), help: .option("max-sequences")) var maxSequences: String?
    @Option(name: .customLong("max-waiting"), help: .option("max-waiting")) var maxWaiting: String?
    @Option(name: .customLong("chat-template"), help: .option("chat-template"), completion: .file())
    var chatTemplate: String?

    var values: [(String, String?)] {
        [
            ("model", model), ("name", name), ("threads", threads), ("context-length", contextLength),
            ("kv-memory", kvMemory), ("kv-type", kvType), ("max-batch-tokens", maxBatchTokens),
            ("max-sequences", maxSequences), ("max-waiting", maxWaiting), ("chat-template", chatTemplate),
        ]
    }
}

struct YieldFlags: ParsableArguments {
    @Flag(name: .customLong("yield"), help: .option("yield")) var yields = false
    @Option(name: .customLong("yield-when"), help: .option("yield-when")) var command: String?
    @Option(name: .customLong("yield-to-unit"), help: .option("yield-to-unit")) var unit: String?
    @Option(name: .customLong("yield-memory"), help: .option("yield-memory")) var memory: String?
    @Option(name: .customLong("yield-cores"), help: .option("yield-cores")) var cores: String?
    @Option(name: .customLong("yield-rest"), help: .option("yield-rest")) var rest: String?

    var values: [(String, String?)] {
        [
            ("yield", yields ? "true" : nil), ("yield-when", command), ("yield-to-unit", unit),
            ("yield-memory", memory), ("yield-cores", cores), ("yield-rest", rest),
        ]
    }
}

struct LedgerFlags: ParsableArguments {
    @Option(name: .customLong("database"), help: .option("database"), completion: .file()) var database: String?
    @Option(name: .customLong("pool"), help: .option("pool")) var pool: String?

    var values: [(String, String?)] { [("database", database), ("pool", pool)] }
}

struct FleetFlags: ParsableArguments {
    @Option(name: .customLong("workers"), help: .option("workers")) var workers: String?
    @Option(name: .customLong("worker-namespace"), help: .option("worker-namespace")) var namespace: String?
    @Option(name: .customLong("queue-timeout"), help: .option("queue-timeout")) var queueTimeout: String?
    @Option(name: .customLong("worker-ca"), help: .option("worker-ca"), completion: .file()) var authority: String?
    @Option(name: .customLong("client-certificate"), help: .option("client-certificate"), completion: .file())
    var certificate: String?
    @Option(name: .customLong("client-key"), help: .option("client-key"), completion: .file()) var key: String?

    var values: [(String, String?)] {
        [
            ("workers", workers), ("worker-namespace", namespace), ("queue-timeout", queueTimeout),
            ("worker-ca", authority),
            ("client-certificate", certificate), ("client-key", key),
        ]
    }
}

struct WorkerTokenFlag: ParsableArguments {
    @Option(name: .customLong("worker-token"), help: .option("worker-token")) var token: String?

    var values: [(String, String?)] { [("worker-token", token)] }
}
