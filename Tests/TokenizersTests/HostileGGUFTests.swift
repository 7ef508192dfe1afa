import Testing
import Tokenizers

/// Vocabularies of a stranger's GGUF file.
@Suite struct HostileGGUFTests {
    /// Four tokens of SentencePiece: enough for "ab".
    private func sentencePiece() -> GGUFVocabulary {
        let tokens = ["<unk>", "<s>", "</s>", "▁", "a", "b", "ab", "<0x41>"]
        var vocabulary = GGUFVocabulary(model: "llama", tokens: tokens)
        vocabulary.scores = [0, 0, 0, -1, -2, -3, -0.5, 0]
        vocabulary.types = [2, 3, 3, 1, 1, 1, 1, 6]
        return vocabulary
    }

    private func bytePair() -> GGUFVocabulary {
        var vocabulary = GGUFVocabulary(model: "gpt2", tokens: ["a", "b", "ab", "<|end|>"])
        vocabulary.merges = ["a b"]
        vocabulary.pre = "gpt-2"
        return vocabulary
    }

    private func expectError(_ name: String, _ vocabulary: GGUFVocabulary) {
        do {
            _ = try Tokenizer(gguf: vocabulary)
            Issue.record("accepted without \(name)")
        } catch {
            #expect("\(error)".contains(name), "\(error)")
        }
    }

    private func expectError(_ name: String, _ base: GGUFVocabulary, _ change: (inout GGUFVocabulary) -> Void) {
        var vocabulary = base
        change(&vocabulary)
        expectError(name, vocabulary)
    }

    @Test func errorsNameTheField() {
        expectError("tokenizer.ggml.model", sentencePiece()) { $0.model = "t5" }
        expectError("tokenizer.ggml.tokens", sentencePiece()) { $0.tokens = [] }
        expectError("tokenizer.ggml.scores", sentencePiece()) { $0.scores.removeLast() }
        expectError("tokenizer.ggml.scores[4]", sentencePiece()) { $0.scores[4] = .nan }
        expectError("tokenizer.ggml.token_type", sentencePiece()) { $0.types.removeLast() }
        expectError("tokenizer.ggml.token_type", sentencePiece()) { $0.types[0] = 7 }
        expectError("tokenizer.ggml.token_type", sentencePiece()) { $0.types[0] = .min }
        for (name, field) in [
            ("bos_token_id", \GGUFVocabulary.bosToken), ("eos_token_id", \.eosToken), ("eot_token_id", \.eotToken),
            ("eom_token_id", \.eomToken), ("unknown_token_id", \.unknownToken), ("padding_token_id", \.paddingToken),
        ] as [(String, WritableKeyPath<GGUFVocabulary, Int?>)] {
            for id in [-1, 8, Int.max, Int.min] { expectError(name, sentencePiece()) { $0[keyPath: field] = id } }
        }
        expectError("tokenizer.ggml.merges", bytePair()) { $0.merges = [] }
        expectError("tokenizer.ggml.merges[0]", bytePair()) { $0.merges = ["ab"] }
        expectError("'c'", bytePair()) { $0.merges = ["a c"] }
        expectError("tokenizer.ggml.pre", bytePair()) { $0.pre = "nobody" }
        expectError("tokenizer.ggml.unknown_token_id", bytePair()) { $0.model = "bert" }
    }

    @Test func smallVocabulariesWork() throws {
        let tokenizer = try Tokenizer(gguf: sentencePiece())
        #expect(tokenizer.encode("ab", addSpecialTokens: true, parseSpecialTokens: false) == [1, 3, 6])
        #expect(tokenizer.decode([1, 3, 6], skipSpecialTokens: true) == "ab")
        // "A" through its byte, "c" and "d" not at all: one unknown token for both. A control spelled out is text.
        #expect(tokenizer.encode("bAcd", addSpecialTokens: false, parseSpecialTokens: false) == [3, 5, 7, 0])
        #expect(tokenizer.encode("<s>", addSpecialTokens: false, parseSpecialTokens: false) == [3, 0])
        #expect(tokenizer.encode("<s>", addSpecialTokens: false, parseSpecialTokens: true) == [1])
        let byteLevel = try Tokenizer(gguf: bytePair())
        #expect(byteLevel.encode("ab a", addSpecialTokens: false, parseSpecialTokens: false) == [2, 0])
    }

    /// Without types a file still spells bytes, and its BOS and EOS are special.
    @Test func typesAreGuessedWhereTheyAreMissing() throws {
        var vocabulary = sentencePiece()
        vocabulary.types = []
        let tokenizer = try Tokenizer(gguf: vocabulary)
        #expect(tokenizer.encode("bA", addSpecialTokens: true, parseSpecialTokens: false) == [1, 3, 5, 7])
        #expect(tokenizer.decode([7], skipSpecialTokens: false) == "A")
        #expect((0..<3).allSatisfy { tokenizer.isSpecial($0) })
    }

    /// Equal scores merge from the left; infinite ones are scores too.
    @Test func equalScoresMergeFromTheLeft() throws {
        var vocabulary = GGUFVocabulary(model: "llama", tokens: ["<unk>", "<s>", "</s>", "a", "aa"])
        vocabulary.scores = [0, 0, 0, -.infinity, .infinity]
        vocabulary.types = [2, 3, 3, 1, 1]
        vocabulary.addSpacePrefix = false
        let tokenizer = try Tokenizer(gguf: vocabulary)
        #expect(tokenizer.encode("aaaaa", addSpecialTokens: false, parseSpecialTokens: false) == [4, 4, 3])
    }
}
