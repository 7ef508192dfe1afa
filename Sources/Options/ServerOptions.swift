/// What `serve`, `gateway` and `worker` run with. Every field has one entry in `ServerOption.all`, which says how people
/// set it and which of them has it.
package struct ServerOptions: Sendable, Equatable {
    /// A path or the name of a stored model; nil until somebody names one.
    package var model: String?
    /// What requests call the model; nil for its own name.
    package var name: String?
    package var host = "127.0.0.1"
    /// 0 for any free port.
    package var port = 8080
    package var threads = ProcessorCount.performance()
    /// Tokens of the longest sequence; nil for what the model was trained for.
    package var contextLength: Int?
    /// Bytes of the KV cache.
    package var kvMemory = 1 << 30
    package var kvType = KVCacheType.auto
    /// Tokens in one step.
    package var maxBatchTokens = 512
    /// Sequences that run at once.
    package var maxSequences = 64
    /// Requests that may wait.
    package var maxWaiting = 256
    /// Path of a Jinja file that replaces the model's own chat template.
    package var chatTemplate: String?
    /// Seconds that running requests may go on after the server was told to stop; nil: `ServerRole.drainTimeout`.
    package var drainTimeout: Int?
    /// Connections at once.
    package var maxConnections = 4096
    package var logLevel = LogLevel.info
    /// A SQLite file or a `postgresql://` URL; nil for `ledger.db` where the models are.
    package var database: String?
    /// Whose operator earns with this machine: a pool of the ledger.
    package var pool = "local"
    /// PEM files for HTTPS; nil: plain HTTP.
    package var tlsCertificate: String?
    package var tlsKey: String?
    /// The authority of those who may connect; nil: anybody who has the token.
    package var tlsClientAuthority: String?
    /// A gateway's workers.
    package var workers: [WorkerAddress] = []
    /// The Kubernetes namespace whose worker pods are a gateway's workers, too.
    package var workerNamespace: String?
    /// Seconds that a request waits for a worker.
    package var queueTimeout = 60
    package var workerAuthority: String?
    package var clientCertificate: String?
    package var clientKey: String?
    package var workerToken: String?
    /// Workers of one kind are equally fast.
    package var kind: String?
    /// A simulated device's profile instead of a model.
    package var simulate: String?
    /// The command line of an engine to run instead of a model.
    package var engine: String?
    /// Where that engine listens.
    package var engineURL: String?
    /// Whether to give way to others who want the processor or the accelerator.
    package var yields = false
    /// A shell command that succeeds while the owner's job runs.
    package var yieldCommand: String?
    /// A systemd unit to give way to.
    package var yieldUnit: String?
    package var yieldMemory = YieldMemory.keep
    /// Cores' worth of work that others may have beyond the cores that the threads leave free.
    package var yieldCores = 0.5
    /// Seconds that the machine must have been left alone before serving goes on.
    package var yieldRest = 10

    package init() {}
}

/// How keys and values are kept.
package enum KVCacheType: String, Sendable, CaseIterable {
    /// f32 for a model whose weights are f32, f16 for every other.
    case auto
    case f32
    case f16
}

/// What becomes of a model's memory while its server gives way.
package enum YieldMemory: String, Sendable, CaseIterable {
    case keep
    case release
}

/// swift-log's levels, by name.
package enum LogLevel: String, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}
