import Tokenizers

extension Tokenizer {
    /// Byte-level BPE with a token for each byte, the id being its place in the byte alphabet of GPT-2, and
    /// behind them the one merge that a vocabulary must have and an end token.
    static func bytes() throws -> Tokenizer {
        let printable = Array(33...126) + Array(161...172) + Array(174...255)
        let others = (0..<256).filter { !printable.contains($0) }
        let scalars = printable + others.indices.map { 256 + $0 }
        var vocabulary = GGUFVocabulary(
            model: "gpt2",
            tokens: scalars.compactMap { Unicode.Scalar($0).map { String(Character($0)) } } + ["Ġt", "<|end|>"])
        vocabulary.pre = "gpt-2"
        vocabulary.types = Array(repeating: 1, count: 257) + [3]
        vocabulary.merges = ["Ġ t"]
        vocabulary.eosToken = 257
        return try Tokenizer(gguf: vocabulary)
    }
}
