import JSON
import TestSupport
import Testing
import Tokenizers

/// `tokenizer.json` from a stranger: an error that names the field, or a tokenizer that works.
@Suite struct HostileJSONTests {
    private static let giant = 1 << 40

    private static func model(_ vocabulary: JSON, _ merges: JSON) -> JSON {
        TinyTokenizer.bytes([("model", ["type": "BPE", "vocab": vocabulary, "merges": merges])])
    }

    private static func part(_ name: String, _ value: JSON) -> JSON { TinyTokenizer.bytes([(name, value)]) }

    private static func split(_ pattern: JSON, _ behavior: JSON) -> JSON {
        part("pre_tokenizer", ["type": "Split", "pattern": pattern, "behavior": behavior])
    }

    private static func token(_ id: Int) -> JSON {
        TinyTokenizer.bytes(added: [TinyTokenizer.added("x", id, special: true)])
    }

    /// What is wrong, and what its error must name.
    static let broken: [(JSON, String)] = [
        (token(-1), "added_tokens[0].id"), (token(giant), "added_tokens[0].id"), (token(65), "65"),
        (model(["a": 0, "b": 0], []), "id 0"), (model(["a": .int(giant)], []), "model.vocab.a"),
        (model(["a": -1], []), "model.vocab.a"), (model(["a": "b"], []), "model.vocab.a"),
        (model([], []), "model.vocab"), (model(["a": 0], .null), "model.merges"),
        (model(["a": 0], ["a b"]), "'b'"), (model(["a": 0], ["a a"]), "'aa'"),
        (model(["a": 0], ["aa"]), "merges[0]"), (model(["a": 0], [["a"]]), "merges[0]"),
        (model(["a": 0], [["a", 1]]), "merges[0]"), (model(["a": 0], [7]), "merges[0]"),
        (part("model", ["type": "Unigram", "vocab": [:]]), "Unigram"),
        (part("model", ["type": "BPE", "vocab": [:], "merges": [], "end_of_word_suffix": "</w>"]), "</w>"),
        (part("model", ["type": "BPE", "vocab": [:], "merges": [], "unk_token": "u"]), "unk_token"),
        (part("model", ["type": "WordPiece", "vocab": ["a": 0]]), "unk_token"),
        (part("normalizer", ["type": "Precompiled"]), "Precompiled"),
        (part("normalizer", ["type": "Replace", "pattern": ["Regex": "("], "content": ""]), "'('"),
        (part("pre_tokenizer", ["type": "UnicodeScripts"]), "UnicodeScripts"),
        (part("pre_tokenizer", ["type": "Metaspace", "replacement": "ab"]), "replacement"),
        (split(["Regex": "a(?<=b)"], "Isolated"), "a(?<=b)"), (split(["String": "a"], "Odd"), "Odd"),
        (split([:], "Isolated"), "pattern.Regex"), (split(["String": "a"], .null), "behavior"),
        (part("decoder", ["type": "CTC"]), "CTC"), (part("post_processor", ["type": "Odd"]), "Odd"),
        (part("post_processor", ["type": "BertProcessing", "cls": ["a", -1], "sep": ["b", 1]]), "cls"),
        (part("added_tokens", [["id": 1]]), "added_tokens[0].content"), (part("added_tokens", 1), "added_tokens"),
        (["model": .null], "model"), ([], "tokenizer.json"),
    ]

    @Test(arguments: broken)
    func errorNamesWhatIsWrong(_ json: JSON, _ name: String) {
        do {
            _ = try Tokenizer(tokenizerJSON: json, config: nil)
            Issue.record("accepted")
        } catch {
            #expect("\(error)".contains(name), "\(error)")
        }
    }

    @Test func sequencesNestedTooDeeplyAreRefused() {
        let parts = [
            ("normalizer", "normalizers"), ("pre_tokenizer", "pretokenizers"), ("decoder", "decoders"),
            ("post_processor", "processors"),
        ]
        for (part, members) in parts {
            var nested: JSON = ["type": "ByteLevel"]
            for _ in 0..<20 { nested = ["type": "Sequence", members: [nested]] }
            #expect(throws: TokenizerError.self) {
                try Tokenizer(tokenizerJSON: TinyTokenizer.bytes([(part, nested)]), config: nil)
            }
        }
    }

    /// Replacements of replacements, each a hundred times as long: a few bytes of text become gigabytes.
    @Test func replacementsCannotAskForAnyAmountOfMemory() throws {
        let replace: JSON = [
            "type": "Replace", "pattern": ["String": "a"], "content": .string(String(repeating: "a", count: 100)),
        ]
        let normalizer: JSON = ["type": "Sequence", "normalizers": .array(Array(repeating: replace, count: 20))]
        let decoder: JSON = ["type": "Sequence", "decoders": .array(Array(repeating: replace, count: 20))]
        let json = TinyTokenizer.bytes([("normalizer", normalizer), ("decoder", decoder)])
        let tokenizer = try Tokenizer(tokenizerJSON: json, config: nil)
        let ids = tokenizer.encode("aaaa", addSpecialTokens: false, parseSpecialTokens: false)
        #expect((4...2000).contains(ids.count))
        #expect(tokenizer.decode([97], skipSpecialTokens: false).utf8.count < 2000)
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
