/// How the models of one family split text before byte-pair encoding: what the names in
/// `tokenizer.ggml.pre` of GGUF files stand for.
struct BytePairStyle: Sendable {
    /// Matches of each pattern become pieces, one pattern after the other.
    let patterns: [String]
    /// A piece that is a token is not merged.
    var ignoresMerges = false
    /// A text begins with BOS unless the file says otherwise.
    var addsBOS = false
    /// Text is brought to Unicode's form C first.
    var composes = false

    init?(name: String) {
        switch name {
        case "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "mpt", "olmo", "jais", "trillion",
            "gigachat", "a.x-4.0", "mellum", "modern-bert", "exaone4", "jina-v1-en", "jina-v2-code", "roberta-bpe":
            self.init(patterns: [KnownPatterns.gpt2])
        case "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b":
            self.init(patterns: [#"\p{N}"#, KnownPatterns.gpt2])
        case "falcon":
            self.init(patterns: [#"[\p{P}\$\+<=>\^~\|`]+"#, KnownPatterns.gpt2, "[0-9][0-9][0-9]"])
        case "default":
            self.init(patterns: [#"[\p{P}\$\+<=>\^~\|]+"#, KnownPatterns.gpt2, #"\p{N}+"#, "[0-9][0-9][0-9]"])
        case "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2":
            self.init(patterns: [KnownPatterns.llama3], ignoresMerges: true, addsBOS: true)
        case "dbrx", "smaug-bpe", "glm4", "chatglm-bpe":
            self.init(patterns: [KnownPatterns.llama3])
        case "qwen2", "deepseek-r1-qwen", "kormo", "megrez":
            self.init(patterns: [KnownPatterns.qwen2], composes: true)
        case "stablelm2", "hunyuan", "solar-open", "grok-2":
            self.init(patterns: [KnownPatterns.qwen2])
        case "qwen35":
            self.init(patterns: [KnownPatterns.qwen3Next], composes: true)
        case "gpt-4o", "llama4", "kanana2", "minimax-m2":
            self.init(patterns: [KnownPatterns.o200k])
        case "tekken":
            self.init(patterns: [KnownPatterns.tekken], ignoresMerges: true)
        case "deepseek-llm": self.init(patterns: DeepSeekPatterns.llm)
        case "deepseek-coder": self.init(patterns: DeepSeekPatterns.coder)
        case "deepseek-v3", "hunyuan-dense", "joyai-llm": self.init(patterns: DeepSeekPatterns.v3)
        default: return nil
        }
    }

    private init(patterns: [String], ignoresMerges: Bool = false, addsBOS: Bool = false, composes: Bool = false) {
        self.patterns = patterns
        self.ignoresMerges = ignoresMerges
        self.addsBOS = addsBOS
        self.composes = composes
    }
}
