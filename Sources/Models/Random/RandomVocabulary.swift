import Weights

/// The tokenizer of a random model: every byte, every pair of small letters with its merge, words that no text
/// is split into, and the special tokens of ChatML at the end.
struct RandomVocabulary {
    /// GGUF's numbers for kinds of tokens.
    private enum Kind: Int32 {
        case normal = 1
        case control = 3
    }

    static let specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    static let smallest = 256 + specials.count
    let size: Int

    var metadata: [(String, GGUFValue)] {
        let end = Int32(size - 1)
        return [
            ("tokenizer.ggml.model", .string("gpt2")),
            ("tokenizer.ggml.pre", .string("qwen2")),
            ("tokenizer.ggml.tokens", .array(.strings(tokens))),
            ("tokenizer.ggml.token_type", .array(.ints(kinds))),
            ("tokenizer.ggml.merges", .array(.strings(pairs.map { "\($0.0) \($0.1)" }))),
            ("tokenizer.ggml.eos_token_id", .uint32(UInt32(end))),
            ("tokenizer.ggml.padding_token_id", .uint32(UInt32(end - 2))),
            ("tokenizer.ggml.add_bos_token", .bool(false)),
            ("tokenizer.chat_template", .string(RandomVocabulary.template)),
        ]
    }

    var tokens: [String] {
        let ordinary = size - RandomVocabulary.specials.count
        let spelled = RandomVocabulary.bytes + pairs.map { $0.0 + $0.1 }
        return spelled + (spelled.count..<ordinary).map { "Ġw\($0)" } + RandomVocabulary.specials
    }

    private var kinds: [Int32] {
        let specials = RandomVocabulary.specials.count
        return Array(repeating: Kind.normal.rawValue, count: size - specials)
            + Array(repeating: Kind.control.rawValue, count: specials)
    }

    /// Pairs of letters that are one token, as many as there is room for.
    private var pairs: [(String, String)] {
        let letters = "abcdefghijklmnopqrstuvwxyz".map(String.init)
        let all = letters.flatMap { first in letters.map { (first, $0) } }
        return Array(all.prefix(size - RandomVocabulary.smallest))
    }

    /// The 256 characters that byte-level vocabularies (Radford et al. 2019) spell bytes with: printable Latin-1
    /// as itself, the others from U+0100 on.
    private static let bytes: [String] = {
        let printable = Set(Array(0x21...0x7e) + Array(0xa1...0xac) + Array(0xae...0xff))
        var next: UInt32 = 0x100
        return (0..<256).map { byte in
            defer { if !printable.contains(byte) { next += 1 } }
            let scalar = printable.contains(byte) ? UInt32(byte) : next
            return Unicode.Scalar(scalar).map { String($0) } ?? ""
        }
    }()

    private static let template = """
        {% for message in messages %}<|im_start|>{{ message.role }}
        {{ message.content }}<|im_end|>
        {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
        {% endif %}
        """
}
