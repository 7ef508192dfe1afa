package import ArgumentParser

/// The flags of `serve`. Names and help come from `ServeOption.all`; a test holds the two together.
///
/// Values are texts here, because flags, environment and file are all checked in one place.
package struct ServeFlags: ParsableArguments {
    @Argument(help: .option("model"), completion: .file())
    package var model: String?

    @Option(name: .customLong("config"), help: "A YAML file that sets any of these options.", completion: .file())
    package var config: String?

    @Option(name: .customLong("name"), help: .option("name")) var name: String?
    @Option(name: .customLong("host"), help: .option("host")) var host: String?
    @Option(name: .customLong("port"), help: .option("port")) var port: String?
    @Option(name: .customLong("threads"), help: .option("threads")) var threads: String?
    @Option(name: .customLong("context-length"), help: .option("context-length")) var contextLength: String?
    @Option(name: .customLong("kv-memory"), help: .option("kv-memory")) var kvMemory: String?
    @Option(name: .customLong("kv-type"), help: .option("kv-type")) var kvType: String?
    @Option(name: .customLong("max-batch-tokens"), help: .option("max-batch-tokens")) var maxBatchTokens: String?
    @Option(name: .customLong("max-sequences"), help: .option("max-sequences")) var maxSequences: String?
    @Option(name: .customLong("max-waiting"), help: .option("max-waiting")) var maxWaiting: String?
    @Option(name: .customLong("chat-template"), help: .option("chat-template"), completion: .file())
    var chatTemplate: String?
    @Option(name: .customLong("drain-timeout"), help: .option("drain-timeout")) var drainTimeout: String?
    @Option(name: .customLong("log-level"), help: .option("log-level")) var logLevel: String?
    @Option(name: .customLong("database"), help: .option("database"), completion: .file()) var database: String?
    @Option(name: .customLong("pool"), help: .option("pool")) var pool: String?

    package init() {}

    /// The values that were given, by option name.
    package var values: [String: String] {
        let all = [
            "model": model, "name": name, "host": host, "port": port, "threads": threads,
            "context-length": contextLength, "kv-memory": kvMemory, "kv-type": kvType,
            "max-batch-tokens": maxBatchTokens, "max-sequences": maxSequences, "max-waiting": maxWaiting,
            "chat-template": chatTemplate, "drain-timeout": drainTimeout, "log-level": logLevel,
            "database": database, "pool": pool,
        ]
        return all.compactMapValues(\.self)
    }

    /// What `serve` runs with, from these flags, the environment and the file that either names.
    ///
    /// - Throws: `OptionError`.
    package func resolve(environment: [String: String]) throws(OptionError) -> ServeOptions {
        let file = try ConfigurationFile.named(config, environment: environment)
        return try ServeOptions.resolve(flags: values, environment: environment, file: file)
    }
}

extension ArgumentHelp {
    /// The help of an option, with its default.
    static func option(_ name: String) -> ArgumentHelp {
        guard let option = ServeOption.named(name) else { return ArgumentHelp("") }
        return ArgumentHelp("\(option.help). (default: \(option.defaultText))", valueName: option.valueName)
    }
}
