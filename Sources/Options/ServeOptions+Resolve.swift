extension ServeOptions {
    /// Puts the layers together: flags over the environment over the file over the defaults.
    ///
    /// Values that a higher layer replaces are checked too, so that no mistake waits for its day.
    ///
    /// - Parameters:
    ///   - flags: values by option name.
    ///   - environment: of the process.
    /// - Throws: `OptionError` that names the value and where it comes from.
    package static func resolve(
        flags: [String: String], environment: [String: String], file: ConfigurationFile?
    ) throws(OptionError) -> ServeOptions {
        var options = ServeOptions()
        if let file { try options.apply(file) }
        for option in ServeOption.all {
            guard let value = environment[option.variable], !value.isEmpty else { continue }
            try options.set(option, value, from: .environment)
        }
        for option in ServeOption.all {
            if let value = flags[option.name] { try options.set(option, value, from: .flag) }
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

    /// Variables that look like options and are none: most likely misspelled.
    package static func unknownVariables(in environment: [String: String]) -> [String] {
        let others = ["GLEANER_HOME", "GLEANER_CONFIG", "GLEANER_TEST_DATA"]
        let known = Set(ServeOption.all.map(\.variable) + others)
        return environment.keys.filter { $0.hasPrefix("GLEANER_") && !known.contains($0) }.sorted()
    }

    private mutating func apply(_ file: ConfigurationFile) throws(OptionError) {
        for entry in file.entries {
            guard let option = ServeOption.named(entry.key) else {
                let near = Self.nearest(to: entry.key)
                throw .unknownKey(entry.key, path: file.path, line: entry.line, suggestion: near)
            }
            try set(option, entry.value, from: .file(path: file.path, line: entry.line))
        }
    }

    private mutating func set(_ option: ServeOption, _ value: String, from source: OptionSource) throws(OptionError) {
        guard option.set(&self, value) else {
            let shown = option.isSecret ? "(not shown)" : value
            throw .invalid(name: option.name, value: shown, source: source, rule: option.rule)
        }
    }

    /// The option that people most likely mean by another spelling, such as `maxBatchTokens` or `prot`.
    private static func nearest(to key: String) -> String? {
        let letters = { (text: String) in text.lowercased().filter(\.isLetter).sorted() }
        let start = key.lowercased().prefix(3)
        return ServeOption.all.first { letters($0.name) == letters(key) }?.name
            ?? ServeOption.all.first { start.count == 3 && $0.name.hasPrefix(start) }?.name
    }
}
