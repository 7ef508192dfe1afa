package import ArgumentParser

/// The flag of every command that opens the ledger; it is the servers' option, so that they find the same database.
package struct DatabaseFlags: ParsableArguments {
    @Option(name: .customLong("database"), help: .option("database"), completion: .file())
    package var database: String?

    package init() {}

    /// What the flag says, or `GLEANER_DATABASE`, or the file that `GLEANER_CONFIG` names; nil where none does.
    ///
    /// - Throws: `OptionError`.
    package func resolve(environment: [String: String]) throws(OptionError) -> String? {
        let flags = database.map { ["database": $0] } ?? [:]
        let file = try ConfigurationFile.named(nil, environment: environment)
        // Of the environment only this option: what else `serve` is told does not concern these commands.
        let variable = ServerOption.named("database")?.variable
        let ours = environment.filter { $0.key == variable }
        return try ServerOptions.resolve(role: .serve, flags: flags, environment: ours, file: file).database
    }
}
