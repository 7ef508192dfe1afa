import JSON
import TestSupport
import Testing
import Tokenizers

/// BOS, EOS and the tokens at which generation stops.
@Suite struct SpecialTokenTests {
    private let turns = [
        TinyTokenizer.added("<|begin|>", 256, special: true), TinyTokenizer.added("<|endoftext|>", 257, special: true),
        TinyTokenizer.added("<|im_end|>", 258, special: true), TinyTokenizer.added("<think>", 259, special: false),
        TinyTokenizer.added("<|eot_id|>", 260, special: false),
    ]

    @Test func configurationNamesTheTokens() throws {
        let config: JSON = [
            "bos_token": ["content": "<|begin|>"], "eos_token": "<|im_end|>", "pad_token": .null, "add_bos_token": true,
            "add_eos_token": true,
        ]
        let tokenizer = try Tokenizer(tokenizerJSON: TinyTokenizer.bytes(added: turns), config: config)
        #expect(tokenizer.vocabularySize == 261)
        #expect(tokenizer.bosToken == 256 && tokenizer.eosToken == 258 && tokenizer.paddingToken == nil)
        #expect(tokenizer.eosTokens == [257, 258])
        #expect(tokenizer.encode("a", addSpecialTokens: true, parseSpecialTokens: false) == [256, 97, 258])
        #expect(tokenizer.encode("a", addSpecialTokens: false, parseSpecialTokens: false) == [97])
        #expect(tokenizer.id(of: "<think>") == 259 && tokenizer.id(of: "<thunk>") == nil)
        #expect(!tokenizer.isSpecial(259) && tokenizer.isSpecial(258) && !tokenizer.isSpecial(-1))
        #expect(tokenizer.bytes(of: 259) == Array("<think>".utf8) && tokenizer.bytes(of: 261) == nil)
    }

    /// A template in `tokenizer.json` is the model's own word.
    @Test func templateCountsMoreThanConfiguration() throws {
        let template: JSON = [
            "type": "TemplateProcessing", "single": [["SpecialToken": ["id": "<|begin|>"]], ["Sequence": ["id": "A"]]],
            "special_tokens": ["<|begin|>": ["ids": [256]]],
        ]
        let config: JSON = [
            "bos_token": "<|begin|>", "eos_token": "<|im_end|>", "add_bos_token": true, "add_eos_token": true,
        ]
        let json = TinyTokenizer.bytes(added: turns, [("post_processor", template)])
        let tokenizer = try Tokenizer(tokenizerJSON: json, config: config)
        #expect(tokenizer.encode("a", addSpecialTokens: true, parseSpecialTokens: false) == [256, 97])
    }

    /// A token that the configuration calls EOS is special even where the list of added tokens forgets it.
    @Test func configuredTokensAreSpecial() throws {
        let config: JSON = ["eos_token": "<|eot_id|>"]
        let tokenizer = try Tokenizer(tokenizerJSON: TinyTokenizer.bytes(added: turns), config: config)
        #expect(tokenizer.isSpecial(260))
        #expect(!tokenizer.encode("<|eot_id|>", addSpecialTokens: false, parseSpecialTokens: false).contains(260))
        #expect(tokenizer.encode("<|eot_id|>", addSpecialTokens: false, parseSpecialTokens: true) == [260])
    }

    /// And where the list lacks it altogether.
    @Test func configuredTokensOfTheVocabularyAreSpecial() throws {
        let tokenizer = try Tokenizer(tokenizerJSON: TinyTokenizer.bytes(), config: ["eos_token": "~"])
        let end = TokenID(UInt8(ascii: "~"))
        #expect(tokenizer.eosTokens == [end])
        #expect(tokenizer.encode("a~", addSpecialTokens: false, parseSpecialTokens: true) == [97, end])
        #expect(tokenizer.encode("a~", addSpecialTokens: false, parseSpecialTokens: false) == [97])
    }

    @Test(.enabled(if: TestData.isAvailable))
    func ggufFilesNameTheTokens() throws {
        let phi = try Tokenizer(gguf: GGUFVocabulary(testFile: "phi-3"))
        #expect(phi.bosToken == 1 && phi.eosToken == 32000)
        #expect(phi.eosTokens == [32000, 32007])
        #expect(phi.encode("a", addSpecialTokens: true, parseSpecialTokens: false).first == 1)
        #expect(phi.encode("<|user|>", addSpecialTokens: false, parseSpecialTokens: true) == [32010])
        #expect(phi.decode([1, 15043, 32007], skipSpecialTokens: true) == "Hello")
        #expect(phi.id(of: "▁Hello") == 15043)
        let bert = try Tokenizer(gguf: GGUFVocabulary(testFile: "bert-bge"))
        #expect(bert.encode("hello", addSpecialTokens: true, parseSpecialTokens: false) == [101, 7592, 102])
        #expect(bert.decode([101, 7592, 2088, 102], skipSpecialTokens: true) == "hello world")
        let deepSeek = try Tokenizer(gguf: GGUFVocabulary(testFile: "deepseek-llm"))
        #expect(deepSeek.encode("Hello", addSpecialTokens: true, parseSpecialTokens: false) == [100000, 17464])
        #expect(deepSeek.id(of: "Ġworld") == 1843)
    }

    /// Phi-3's special tokens swallow the line break that its chat template writes after them.
    @Test(.enabled(if: TestData.isAvailable))
    func phi3StripsSpaceAfterSpecialTokens() throws {
        var vocabulary = try GGUFVocabulary(testFile: "phi-3")
        for (name, count) in [("Phi-3-mini", 1), ("other", 3)] {
            vocabulary.modelName = name
            let tokenizer = try Tokenizer(gguf: vocabulary)
            let ids = tokenizer.encode("<|user|>\n", addSpecialTokens: false, parseSpecialTokens: true)
            #expect(ids.count == count)
        }
    }
}
