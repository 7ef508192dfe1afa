import Tokenizers

extension Tokenizer {
    /// Byte-level BPE without merges: a token for each byte, the id being its place in the byte alphabet of
    /// GPT-2, and an end token behind them.
    static func bytes() throws -> Tokenizer {
        let printable = Array(33...126) + Array(161...172) + Array(174...255)
        let others = (0..<256).filter { !printable.contains($0) }
        let scalars = printable + others.indices.map { 256 + $0 }
        var vocabulary = GGUFVocabulary(
            model: "gpt2", tokens: scalars.compactMap { Unicode.Scalar($0).map { String(Character($0)) } } + ["<|end|>"])
        vocabulary.pre = "gpt-2"
        vocabulary.types = Array(repeating: 1, count: 256) + [3]
        vocabulary.eosToken = 256
        return try Tokenizer(gguf: vocabulary)
    }
}
