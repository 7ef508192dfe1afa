package import ArgumentParser

/// The flags of a command that serves. Names and help come from `ServerOption.all`; a test holds the two together.
///
/// Values are texts here, because flags, environment and file are all checked in one place.
package protocol ServerFlags: ParsableArguments {
    static var role: ServerRole { get }
    /// The file that a flag names.
    var config: String? { get }
    /// The values that were given, by option name.
    var values: [String: String] { get }
}

extension ServerFlags {
    /// What the command runs with, from these flags, the environment and the file that either names.
    ///
    /// - Throws: `OptionError`.
    package func resolve(environment: [String: String]) throws(OptionError) -> ServerOptions {
        let file = try ConfigurationFile.named(config, environment: environment)
        return try ServerOptions.resolve(role: Self.role, flags: values, environment: environment, file: file)
    }
}

/// The flags of `serve`.
package struct ServeFlags: ServerFlags {
    package static let role = ServerRole.serve
    @OptionGroup var listening: ListeningFlags
    @OptionGroup var model: ModelFlags
    @OptionGroup var yielding: YieldFlags
    @OptionGroup var ledger: LedgerFlags

    package init() {}

    package var config: String? { listening.config }
    package var values: [String: String] {
        (listening.values + model.values + yielding.values + ledger.values).given
    }
}

/// The flags of `gateway`.
package struct GatewayFlags: ServerFlags {
    package static let role = ServerRole.gateway
    @OptionGroup var listening: ListeningFlags
    @OptionGroup var ledger: LedgerFlags
    @OptionGroup var fleet: FleetFlags
    @OptionGroup var token: WorkerTokenFlag

    package init() {}

    package var config: String? { listening.config }
    package var values: [String: String] { (listening.values + ledger.values + fleet.values + token.values).given }
}

/// The flags of `worker`.
package struct WorkerFlags: ServerFlags {
    package static let role = ServerRole.worker
    @OptionGroup var listening: ListeningFlags
    @OptionGroup var model: ModelFlags
    @OptionGroup var token: WorkerTokenFlag
    @Option(name: .customLong("tls-client-ca"), help: .option("tls-client-ca"), completion: .file())
    var tlsClientAuthority: String?
    @Option(name: .customLong("kind"), help: .option("kind")) var kind: String?
    @Option(name: .customLong("simulate"), help: .option("simulate"), completion: .file()) var simulate: String?
    @Option(name: .customLong("engine"), help: .option("engine")) var engine: String?
    @Option(name: .customLong("engine-url"), help: .option("engine-url")) var engineURL: String?

    package init() {}

    package var config: String? { listening.config }
    package var values: [String: String] {
        let own = [
            ("tls-client-ca", tlsClientAuthority), ("kind", kind), ("simulate", simulate), ("engine", engine),
            ("engine-url", engineURL),
        ]
        return (listening.values + model.values + token.values + own).given
    }
}

extension [(String, String?)] {
    fileprivate var given: [String: String] {
        reduce(into: [:]) { values, flag in values[flag.0] = flag.1 }
    }
}

extension ArgumentHelp {
    /// The help of an option, with its default.
    static func option(_ name: String) -> ArgumentHelp {
        guard let option = ServerOption.named(name) else { return ArgumentHelp("") }
        return ArgumentHelp("\(option.help). (default: \(option.defaultText))", valueName: option.valueName)
    }
}
