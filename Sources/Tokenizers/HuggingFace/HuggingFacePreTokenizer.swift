import JSON

/// Reads `pre_tokenizer`.
struct HuggingFacePreTokenizer {
    private static let deepestSequence = 8
    private static let mostStages = 64
    private static let defaultMetaspace = "▁"
    /// `\w+|[^\w\s]+` in the syntax of Rust, whose words differ from Oniguruma's.
    private static let wordsAndSigns: String = {
        let word =
            #"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{200C}\x{200D}\x{24B6}-\x{24E9}\x{1F130}-\x{1F149}"#
            + #"\x{1F150}-\x{1F169}\x{1F170}-\x{1F189}"#
        return "[\(word)]+|[^\(word)\\s]+"
    }()

    /// Whether the vocabulary is spelled in `ByteAlphabet`.
    private(set) var isByteLevel = false
    private(set) var stages: [PreTokenizer.Stage] = []

    init(_ root: JSONFields) throws(TokenizerError) {
        guard root["pre_tokenizer"] != nil else { return }
        try append(try root.fields("pre_tokenizer"), depth: 0)
        endSpelling()
    }

    /// Bytes are spelled out only for stages that come after: a spelling at the end is undone again.
    private mutating func endSpelling() {
        guard isByteLevel else { return }
        if case .spellBytes? = stages.last { stages.removeLast() } else { stages.append(.unspellBytes) }
    }

    private mutating func append(_ fields: JSONFields, depth: Int) throws(TokenizerError) {
        guard stages.count < Self.mostStages else {
            throw .malformed(field: fields.path, reason: "it has too many stages")
        }
        let type = try fields.string("type")
        switch type {
        case "Sequence": try appendSequence(fields, depth: depth)
        case "ByteLevel": try appendByteLevel(fields)
        case "Metaspace": try appendMetaspace(fields)
        case "Split": try appendSplit(fields)
        case "Digits":
            let isEach = try fields.bool("individual_digits", default: false)
            try append(pattern: isEach ? #"\p{N}"# : #"\p{N}+"#)
        case "Punctuation":
            try append(pattern: #"[\p{P}!-/:-@\[-`{-~]"#, try behavior(fields, default: "Isolated"))
        case "Whitespace": try append(pattern: Self.wordsAndSigns, .removed, isInverted: true)
        case "WhitespaceSplit": try append(pattern: #"\s"#, .removed)
        case "BertPreTokenizer": stages += try BertRules.stages()
        default: throw .unsupported(field: fields.path("type"), name: type)
        }
    }

    private mutating func append(
        pattern: String, _ behavior: SplitBehavior = .isolated, isInverted: Bool = false
    ) throws(TokenizerError) {
        stages.append(.split(try Splitter(pattern: pattern), behavior, isInverted: isInverted))
    }

    private mutating func appendSequence(_ fields: JSONFields, depth: Int) throws(TokenizerError) {
        guard depth < Self.deepestSequence else {
            throw .malformed(field: fields.path, reason: "sequences are nested too deeply")
        }
        for member in try fields.list("pretokenizers") { try append(member, depth: depth + 1) }
    }

    private mutating func appendByteLevel(_ fields: JSONFields) throws(TokenizerError) {
        guard !isByteLevel else { throw .malformed(field: fields.path, reason: "bytes are spelled out twice") }
        isByteLevel = true
        if try fields.bool("add_prefix_space", default: true) { stages.append(.prependSpace) }
        if try fields.bool("use_regex", default: true) { try append(pattern: KnownPatterns.gpt2) }
        stages.append(.spellBytes)
    }

    private mutating func appendMetaspace(_ fields: JSONFields) throws(TokenizerError) {
        let replacement = try fields.stringIfPresent("replacement") ?? Self.defaultMetaspace
        guard replacement.unicodeScalars.count == 1 else {
            throw .malformed(field: fields.path("replacement"), reason: "it is not one character")
        }
        stages.append(.metaspace(replacement: Array(replacement.utf8), try Self.prepend(fields)))
        if try fields.bool("split", default: true) {
            stages.append(.split(try Splitter(text: replacement), .mergedWithNext, isInverted: false))
        }
    }

    /// Older files say `add_prefix_space` instead of `prepend_scheme`.
    static func prepend(_ fields: JSONFields) throws(TokenizerError) -> PreTokenizer.Prepend {
        guard let scheme = try fields.stringIfPresent("prepend_scheme") else {
            return try fields.bool("add_prefix_space", default: true) ? .always : .never
        }
        guard let prepend = PreTokenizer.Prepend(rawValue: scheme) else {
            throw .unsupported(field: fields.path("prepend_scheme"), name: scheme)
        }
        return prepend
    }

    private mutating func appendSplit(_ fields: JSONFields) throws(TokenizerError) {
        let splitter: Splitter
        switch try HuggingFacePattern(fields) {
        case .text(let text): splitter = try Splitter(text: text)
        case .regex(let source): splitter = try Splitter(pattern: source)
        }
        let isInverted = try fields.bool("invert", default: false)
        stages.append(.split(splitter, try behavior(fields, default: nil), isInverted: isInverted))
    }

    private func behavior(_ fields: JSONFields, default: String?) throws(TokenizerError) -> SplitBehavior {
        guard let name = try fields.stringIfPresent("behavior") ?? `default` else {
            throw .missing(field: fields.path("behavior"))
        }
        guard let behavior = SplitBehavior(rawValue: name) else {
            throw .unsupported(field: fields.path("behavior"), name: name)
        }
        return behavior
    }
}
