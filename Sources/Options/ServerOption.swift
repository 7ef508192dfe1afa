/// One way in which a server can be set: the flag, the variable, the key in the file and the page about them are all
/// made from this.
package struct ServerOption: Sendable {
    /// The key in the file: small letters and hyphens.
    package let name: String
    /// What stands for the value in help.
    package let valueName: String
    /// A sentence without its full stop.
    package let help: String
    /// The value when nobody sets it, as people read it.
    package let defaultText: String
    /// A value that is allowed and not the default.
    package let example: String
    /// Ends "… is 'x': it must be".
    let rule: String
    /// Whether a value may hold a password, so that no message repeats it.
    let isSecret: Bool
    /// Whether its flag stands alone, without a value, and means true.
    package private(set) var isSwitch = false
    /// The commands that have it. The others pass over its variable and its key in a shared file.
    package private(set) var roles = Set(ServerRole.allCases)
    /// False when the text is no such value.
    let set: @Sendable (inout ServerOptions, String) -> Bool

    /// `--max-waiting`; the model is an argument without a flag.
    package var flag: String { name == "model" ? "MODEL" : "--\(name)" }
    /// `GLEANER_MAX_WAITING`.
    package var variable: String { "GLEANER_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined() }

    /// An option that always has a value.
    init<Value>(
        _ name: String, _ valueName: String, _ path: any (WritableKeyPath<ServerOptions, Value> & Sendable),
        _ kind: OptionKind<Value>, example: String, default text: String? = nil, help: String
    ) {
        self.init(
            name, valueName, kind, example: example, default: text ?? kind.write(ServerOptions()[keyPath: path]),
            help: help
        ) { options, text in
            guard let value = kind.read(text) else { return false }
            options[keyPath: path] = value
            return true
        }
    }

    /// An option that can be left to the model.
    init<Value>(
        _ name: String, _ valueName: String, _ path: any (WritableKeyPath<ServerOptions, Value?> & Sendable),
        _ kind: OptionKind<Value>, example: String, default text: String, help: String
    ) {
        self.init(name, valueName, kind, example: example, default: text, help: help) { options, text in
            guard let value = kind.read(text) else { return false }
            options[keyPath: path] = value
            return true
        }
    }

    private init<Value>(
        _ name: String, _ valueName: String, _ kind: OptionKind<Value>, example: String, default text: String,
        help: String,
        set: @escaping @Sendable (inout ServerOptions, String) -> Bool
    ) {
        self.name = name
        self.valueName = valueName
        rule = kind.rule
        isSecret = kind.isSecret
        self.example = example
        self.help = help
        self.set = set
        defaultText = text
    }
}

extension ServerOption {
    /// The same option for these commands only.
    func only(_ roles: ServerRole...) -> ServerOption {
        var option = self
        option.roles = Set(roles)
        return option
    }

    /// The same option with a flag that stands alone.
    func asSwitch() -> ServerOption {
        var option = self
        option.isSwitch = true
        return option
    }

    package static func named(_ name: String) -> ServerOption? { all.first { $0.name == name } }
}
