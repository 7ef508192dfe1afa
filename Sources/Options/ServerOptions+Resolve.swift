extension ServerOptions {
    /// Puts the layers together: flags over the environment over the file over the defaults.
    ///
    /// Values that a higher layer replaces are checked too, so that no mistake waits for its day.
    ///
    /// - Parameters:
    ///   - role: the command. What it does not have is checked where it stands, and then left out.
    ///   - flags: values by option name.
    ///   - environment: of the process.
    /// - Throws: `OptionError` that names the value and where it comes from.
    package static func resolve(
        role: ServerRole, flags: [String: String], environment: [String: String], file: ConfigurationFile?
    ) throws(OptionError) -> ServerOptions {
        var options = ServerOptions()
        if let file { try options.apply(file, role) }
        for option in ServerOption.all {
            guard let value = environment[option.variable], !value.isEmpty else { continue }
            try options.set(option, value, from: .environment, role)
        }
        for option in ServerOption.all {
            if let value = flags[option.name] { try options.set(option, value, from: .flag, role) }
        }
        return options
    }

    /// The model, which has no default.
    ///
    /// - Throws: `OptionError.missing`.
    package func requiredModel() throws(OptionError) -> String {
        guard let model else { throw .missing(name: "model") }
        return model
    }

    /// The workers, without which, or a place to find them, there is no gateway.
    ///
    /// - Throws: `OptionError.missing`.
    package func requiredWorkers() throws(OptionError) -> [WorkerAddress] {
        guard !workers.isEmpty || workerNamespace != nil else { throw .missing(name: "workers") }
        return workers
    }

    /// Variables that look like options and are none: most likely misspelled.
    package static func unknownVariables(in environment: [String: String]) -> [String] {
        let others = ["GLEANER_HOME", "GLEANER_CONFIG", "GLEANER_TEST_DATA"]
        let known = Set(ServerOption.all.map(\.variable) + others)
        return environment.keys.filter { $0.hasPrefix("GLEANER_") && !known.contains($0) }.sorted()
    }

    private mutating func apply(_ file: ConfigurationFile, _ role: ServerRole) throws(OptionError) {
        for entry in file.entries {
            guard let option = ServerOption.named(entry.key) else {
                let near = Self.nearest(to: entry.key)
                throw .unknownKey(entry.key, path: file.path, line: entry.line, suggestion: near)
            }
            try set(option, entry.value, from: .file(path: file.path, line: entry.line), role)
        }
    }

    private mutating func set(
        _ option: ServerOption, _ value: String, from source: OptionSource, _ role: ServerRole
    ) throws(OptionError) {
        var changed = self
        guard option.set(&changed, value) else {
            let shown = option.isSecret ? "(not shown)" : value
            throw .invalid(name: option.name, value: shown, source: source, rule: option.rule)
        }
        if option.roles.contains(role) { self = changed }
    }

    /// The option that people most likely mean by another spelling, such as `maxBatchTokens` or `prot`.
    private static func nearest(to key: String) -> String? {
        let letters = { (text: String) in text.lowercased().filter(\.isLetter).sorted() }
        let start = key.lowercased().prefix(3)
        return ServerOption.all.first { letters($0.name) == letters(key) }?.name
            ?? ServerOption.all.first { start.count == 3 && $0.name.hasPrefix(start) }?.name
    }
}
