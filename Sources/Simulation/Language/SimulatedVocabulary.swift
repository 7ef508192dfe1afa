package import Engine
import Weights

/// The vocabulary of a simulated model: about a thousand tokens, as a byte-level vocabulary has them.
///
///     0 ..< 256      every byte, so that any text can be said
///     256 ..< 259    pieces of characters: what merges make of the bytes of "…" and "🙂"
///     259 ..< 997    words, each with the space before it
///     997 ..< 1000   special tokens
///
/// A token of the first two ranges can end inside a character, as in real vocabularies: whoever continues an answer
/// elsewhere must not lose the half that is held back.
package enum SimulatedVocabulary {
    static let bytes = 0..<256
    static let words = 259..<997
    package static let count = 1000
    /// Ends an answer.
    package static let endToken: Int32 = 999
    /// Steer the model; never generated.
    static let silentTokens: [Int32] = [997, 998]
    private static let specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]

    /// Pairs of tokens that are a token together.
    private static let merges: [([UInt8], [UInt8])] = [
        ([0xE2], [0x80]),
        ([0xF0], [0x9F]),
        ([0x99], [0x82]),
    ]

    /// The token that has to come after one that ends inside a character: "é", "…" and "🙂".
    static let continuations: [Int32: Int32] = [0xC3: 0xA9, 256: 0xA6, 257: 258]
    /// Tokens that come more often than others: the beginnings of these characters, and what divides a text.
    static let favourites: [Int32] = [0xC3, 256, 257, Int32(UInt8(ascii: ",")), Int32(UInt8(ascii: ".")), 0x0A]

    /// Tokenizer, chat template and end tokens, read by the same code as those of a model file.
    package static func frontEnd() throws -> TextFrontEnd {
        let image = try GGUFWriter.image(metadata: metadata, tensors: [], contents: [])
        let file = image.withUnsafeBytes { MappedBytes(copying: $0, name: "simulated vocabulary") }
        return try TextFrontEnd(checkpoint: .gguf(file))
    }

    private static var metadata: [(String, GGUFValue)] {
        let normal: Int32 = 1
        let control: Int32 = 3
        let kinds = Array(repeating: normal, count: words.upperBound) + specials.map { _ in control }
        return [
            ("tokenizer.ggml.model", .string("gpt2")),
            // Llama 3's style: a word that is a token needs no merges.
            ("tokenizer.ggml.pre", .string("llama-bpe")),
            ("tokenizer.ggml.tokens", .array(.strings(tokens))),
            ("tokenizer.ggml.token_type", .array(.ints(kinds))),
            ("tokenizer.ggml.merges", .array(.strings(merges.map { "\(spelling($0.0)) \(spelling($0.1))" }))),
            ("tokenizer.ggml.eos_token_id", .uint32(UInt32(endToken))),
            ("tokenizer.ggml.add_bos_token", .bool(false)),
            ("tokenizer.chat_template", .string(template)),
        ]
    }

    private static var tokens: [String] {
        let single = (UInt8.min...UInt8.max).map { spelling([$0]) }
        let space = spelling([0x20])
        let pieces = merges.map { spelling($0.0 + $0.1) }
        return single + pieces + words.map { space + word($0 - words.lowerBound) } + specials
    }

    /// The word number `index`: one, two or three syllables of 70. The multipliers share no factor with the number
    /// of words that there could be, so no word comes twice.
    private static func word(_ index: Int) -> String {
        let syllables = "bdfgklmnprstvz".flatMap { consonant in "aeiou".map { "\(consonant)\($0)" } }
        switch index {
        case 0..<70: return syllables[index]
        case 70..<520:
            let number = index * 3301 % 4900
            return syllables[number / 70] + syllables[number % 70]
        default:
            let number = index * 100_003 % 343_000
            return syllables[number / 4900] + syllables[number / 70 % 70] + syllables[number % 70]
        }
    }

    /// How byte-level vocabularies spell bytes (Radford et al. 2019): printable Latin-1 as itself, the others from
    /// U+0100 on.
    private static func spelling(_ bytes: [UInt8]) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(alphabet[Int(byte)]) }
        return String(text)
    }

    private static let alphabet: [Unicode.Scalar] = {
        let printable = Set(Array(0x21...0x7E) + Array(0xA1...0xAC) + Array(0xAE...0xFF) as [UInt8])
        var next: UInt16 = 0x100
        return (UInt8.min...UInt8.max).map { byte in
            if printable.contains(byte) { return Unicode.Scalar(byte) }
            defer { next += 1 }
            return Unicode.Scalar(next) ?? " "
        }
    }()

    /// ChatML; contents are texts or lists of parts.
    private static let template = """
        {% for message in messages %}<|im_start|>{{ message.role }}
        {% if message.content is string %}{{ message.content }}\
        {% elif message.content %}{% for part in message.content %}{{ part.text }}{% endfor %}{% endif %}<|im_end|>
        {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
        {% endif %}
        """
}
