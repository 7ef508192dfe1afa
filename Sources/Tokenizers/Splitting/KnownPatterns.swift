/// The patterns that have a scanner of their own, as the tokenizers of these models spell them.
package enum KnownPatterns {
    package static let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    package static let llama3 =
        contraction + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"# + lines
    package static let qwen2 =
        contraction + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"# + lines
    package static let qwen3Next =
        contraction + #"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*"# + lines
    package static let cl100k =
        #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+"#
        + #"|\s++$|\s*[\r\n]|\s+(?!\S)|\s"#
    package static let o200k = casedWords(contractions: contraction) + #"|\p{N}{1,3}"# + casedSigns + lines
    package static let tekken = casedWords(contractions: nil) + #"|\p{N}"# + casedSigns + lines
    package static let deepSeekV3 =
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"##
        + #"| ?[\p{P}\p{S}]+[\r\n]*"# + lines
    package static let trailingSpace = #"\s+$"#

    private static let contraction = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    private static let lines = #"|\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let casedSigns = #"| ?[^\s\p{L}\p{N}]+[\r\n/]*"#

    private static func casedWords(contractions: String?) -> String {
        let (front, back) = (#"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#, #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#)
        let suffix = contractions.map { $0 + "?" } ?? ""
        return #"[^\r\n\p{L}\p{N}]?\#(front)*\#(back)+\#(suffix)|[^\r\n\p{L}\p{N}]?\#(front)+\#(back)*\#(suffix)"#
    }

    private static let splitters: [(pattern: String, splitter: Splitter)] = [
        (gpt2, .gpt2(GPT2Scanner())),
        (llama3, .words(WordScanner(digits: 3))),
        (qwen2, .words(WordScanner(digits: 1))),
        (qwen3Next, .words(WordScanner(word: [.letter, .mark], digits: 1))),
        (cl100k, .words(WordScanner(digits: 3, keepsTrailingSpace: true))),
        (o200k, .cased(CasedScanner(digits: 3))),
        (tekken, .cased(CasedScanner(digits: 1, takesContractions: false))),
        (deepSeekV3, .deepSeek(DeepSeekScanner())),
        (trailingSpace, .trailingSpace),
    ]

    package static var all: [String] { splitters.map(\.pattern) }

    /// Patterns are compared as trees, so that another spelling of the same is known too.
    private static let nodes: [(node: PatternNode, splitter: Splitter)] = splitters.compactMap { known in
        (try? PatternParser.parse(known.pattern)).map { ($0, known.splitter) }
    }

    static func splitter(for node: PatternNode) -> Splitter? {
        nodes.first { $0.node == node }?.splitter
    }
}
