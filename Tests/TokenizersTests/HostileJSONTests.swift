import JSON
import TestSupport
import Testing
import Tokenizers

/// `tokenizer.json` from a stranger: an error that names the field, or a tokenizer that works.
@Suite struct HostileJSONTests {
    private static let giant = 1 << 40

    @Test(arguments: [
        (TinyTokenizer.bytes(added: [TinyTokenizer.added("x", -1, special: true)]), "added_tokens[0].id"),
        (TinyTokenizer.bytes(added: [TinyTokenizer.added("x", giant, special: true)]), "added_tokens[0].id"),
        (TinyTokenizer.bytes(added: [TinyTokenizer.added("x", 65, special: true)]), "65"),
        (TinyTokenizer.bytes([("model", ["type": "BPE", "vocab": ["a": 0, "b": 0], "merges": []])]), "0"),
        (TinyTokenizer.bytes([("model", ["type": "BPE", "vocab": ["a": .int(giant)], "merges": []])]), "model.vocab.a"),
        (TinyTokenizer.bytes([("model", ["type": "BPE", "vocab": ["a": "b"], "merges": []])]), "model.vocab.a"),
        (TinyTokenizer.bytes([("model", ["type": "BPE", "vocab": ["a": 0], "merges": ["a b"]])]), "'b'"),
        (TinyTokenizer.bytes([("model", ["type": "BPE", "vocab": ["a": 0], "merges": ["a a"]])]), "'aa'"),
        (TinyTokenizer.bytes([("model", ["type": "BPE", "vocab": ["a": 0], "merges": ["aa"]])]), "merges[0]"),
        (TinyTokenizer.bytes([("model", ["type": "BPE", "vocab": ["a": 0], "merges": [["a"]]])]), "merges[0]"),
        (TinyTokenizer.bytes([("model", ["type": "BPE", "vocab": ["a": 0]])]), "model.merges"),
        (TinyTokenizer.bytes([("model", ["type": "Unigram", "vocab": [:]])]), "Unigram"),
        (TinyTokenizer.bytes([("model", ["type": "BPE", "vocab": [:], "merges": [], "end_of_word_suffix": "</w>"])]), "</w>"),
        (TinyTokenizer.bytes([("model", ["type": "WordPiece", "vocab": ["a": 0]])]), "unk_token"),
        (TinyTokenizer.bytes([("normalizer", ["type": "Precompiled"])]), "Precompiled"),
        (TinyTokenizer.bytes([("normalizer", ["type": "Replace", "pattern": ["Regex": "("], "content": ""])]), "("),
        (TinyTokenizer.bytes([("pre_tokenizer", ["type": "UnicodeScripts"])]), "UnicodeScripts"),
        (TinyTokenizer.bytes([("pre_tokenizer", ["type": "Split", "pattern": ["Regex": "a(?<=b)"], "behavior": "Isolated"])]), "a(?<=b)"),
        (TinyTokenizer.bytes([("pre_tokenizer", ["type": "Split", "pattern": ["String": "a"], "behavior": "Odd"])]), "Odd"),
        (TinyTokenizer.bytes([("decoder", ["type": "CTC"])]), "CTC"),
        (TinyTokenizer.bytes([("post_processor", ["type": "Odd"])]), "Odd"),
        (TinyTokenizer.bytes([("post_processor", ["type": "BertProcessing", "cls": ["a", -1], "sep": ["b", 1]])]), "cls"),
        (["model": .null], "model"),
        ([], "tokenizer.json"),
    ] as [(JSON, String)])
    func errorNamesWhatIsWrong(_ json: JSON, _ name: String) {
        do {
            _ = try Tokenizer(tokenizerJSON: json, config: nil)
            Issue.record("accepted")
        } catch {
            #expect("\(error)".contains(name), "\(error)")
        }
    }

    @Test func sequencesNestedTooDeeplyAreRefused() {
        for (part, members) in [("normalizer", "normalizers"), ("pre_tokenizer", "pretokenizers"), ("decoder", "decoders"), ("post_processor", "processors")] {
            var nested: JSON = ["type": "ByteLevel"]
            for _ in 0..<20 { nested = ["type": "Sequence", members: [nested]] }
            #expect(throws: TokenizerError.self) {
                try Tokenizer(tokenizerJSON: TinyTokenizer.bytes([(part, nested)]), config: nil)
            }
        }
    }

    /// One place of a good file at a time becomes something else.
    @Test(arguments: Oracle.flavours)
    func mutationsNeverCrash(_ flavour: Flavour) {
        var mutator = JSONMutator(seed: 15)
        var built = 0
        for _ in 0..<60 {
            let json = mutator.mutated(flavour.tokenizerJSON)
            guard let tokenizer = try? Tokenizer(tokenizerJSON: json, config: mutator.config()) else { continue }
            built += 1
            for text in Oracle.texts.prefix(30) {
                let ids = tokenizer.encode(text, addSpecialTokens: true, parseSpecialTokens: true)
                _ = tokenizer.decode(ids, skipSpecialTokens: false)
            }
        }
        #expect(built > 0)
    }
}
