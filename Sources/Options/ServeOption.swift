/// One way in which `serve` can be set: the flag, the variable, the key in the file and the page about them
/// are all made from this.
package struct ServeOption: Sendable {
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
    /// False when the text is no such value.
    let set: @Sendable (inout ServeOptions, String) -> Bool

    /// `--max-waiting`; the model is an argument without a flag.
    package var flag: String { name == "model" ? "MODEL" : "--\(name)" }
    /// `GLEANER_MAX_WAITING`.
    package var variable: String { "GLEANER_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined() }

    /// An option that always has a value.
    init<Value>(
        _ name: String, _ valueName: String, _ path: any (WritableKeyPath<ServeOptions, Value> & Sendable),
        _ kind: OptionKind<Value>, example: String, default text: String? = nil, help: String
    ) {
        self.init(
            name, valueName, kind, example: example, default: text ?? kind.write(ServeOptions()[keyPath: path]),
            help: help
        ) { options, text in
            guard let value = kind.read(text) else { return false }
            options[keyPath: path] = value
            return true
        }
    }

    /// An option that can be left to the model.
    init<Value>(
        _ name: String, _ valueName: String, _ path: any (WritableKeyPath<ServeOptions, Value?> & Sendable),
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
        set: @escaping @Sendable (inout ServeOptions, String) -> Bool
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

extension ServeOption {
    /// Every option, in the order of help and of the page.
    package static let all: [ServeOption] = [
        ServeOption(
            "model", "model", \.model, .text("a path or the name of a stored model"), example: "Qwen3-0.6B-GGUF",
            default: "none; it must be given",
            help: "The model: a GGUF file, a folder with safetensors, or a stored name"),
        ServeOption(
            "name", "name", \.name, .text("a name on one line"), example: "chat", default: "the model's own",
            help: "What requests call the model"),
        ServeOption(
            "host", "address", \.host, .text("an address or a host name"), example: "0.0.0.0",
            help: "Address to listen on; 0.0.0.0 lets other machines in"),
        ServeOption(
            "port", "n", \.port, .integer(0...65_535), example: "9000", help: "Port to listen on; 0 takes a free one"),
        ServeOption(
            "threads", "n", \.threads, .integer(1...1024), example: "3", default: "the performance cores",
            help: "Threads that compute"),
        ServeOption(
            "context-length", "tokens", \.contextLength, .integer(1...(1 << 30)), example: "4096",
            default: "the model's", help: "Longest sequence, prompt and answer together"),
        ServeOption(
            "kv-memory", "size", \.kvMemory, .bytes(atLeast: 1 << 20), example: "2GiB",
            help: "Memory for keys and values of all sequences; taken as it is used"),
        ServeOption(
            "kv-type", "type", \.kvType, .oneOf, example: "f32",
            help: "How keys and values are kept: auto, f32 or f16; auto is f32 for models in F32, f16 for others"),
        ServeOption(
            "max-batch-tokens", "tokens", \.maxBatchTokens, .integer(1...(1 << 20)), example: "1024",
            help: "Tokens in one step at most; more is faster for prompts and slower for streams beside them"),
        ServeOption(
            "max-sequences", "n", \.maxSequences, .integer(1...(1 << 16)), example: "16",
            help: "Sequences that run at once"),
        ServeOption(
            "max-waiting", "n", \.maxWaiting, .integer(0...(1 << 20)), example: "8",
            help: "Requests that may wait; one more is refused with 429"),
        ServeOption(
            "chat-template", "file", \.chatTemplate, .text("the path of a Jinja file"), example: "chat.jinja",
            default: "the model's own", help: "A Jinja file that replaces the model's chat template"),
        ServeOption(
            "drain-timeout", "seconds", \.drainTimeout, .integer(0...86_400), example: "5",
            help: "Seconds that running requests may go on after the server was told to stop"),
        ServeOption(
            "log-level", "level", \.logLevel, .oneOf, example: "debug",
            help: "Least severe message to log: trace, debug, info, notice, warning, error or critical"),
        ServeOption(
            "database", "path-or-url", \.database,
            .secret("the path of a SQLite file or a postgresql:// URL, on one line"),
            example: "postgresql://gleaner@db.example/gleaner", default: "ledger.db in GLEANER_HOME",
            help: "Tenants, keys, prices and the ledger: a SQLite file, or PostgreSQL's URL"),
        ServeOption(
            "pool", "pool", \.pool, .text("the id of a pool"), example: "gpu-farm",
            help: "The pool that this machine belongs to: its operator earns a share of what is served here"),
    ]

    package static func named(_ name: String) -> ServeOption? { all.first { $0.name == name } }
}
