import Foundation
import TestSupport
import Testing
import Weights

/// Vocabularies of real models, as llama.cpp's converter wrote them.
@Suite(.enabled(if: TestData.isAvailable)) struct VocabularyTests {
    @Test(arguments: [
        ("bert-bge", "bert", 30522, 0), ("deepseek-llm", "llama", 102400, 99757), ("falcon", "falcon", 65024, 64784),
        ("gpt-2", "gpt2", 50257, 50000), ("phi-3", "phi3", 32064, 0),
    ])
    func open(name: String, architecture: String, tokens: Int, merges: Int) throws {
        let path = TestData.folder.appendingPathComponent("vocab/ggml-vocab-\(name).gguf").path
        let checkpoint = try Checkpoint.open(path)
        let metadata = checkpoint.metadata
        #expect(checkpoint.tensorNames.isEmpty)
        #expect(try metadata.string("general.architecture") == architecture)
        let strings = try metadata.strings("tokenizer.ggml.tokens")
        var pieces: [[UInt8]] = []
        metadata["tokenizer.ggml.tokens"]?.array?.forEachString { pieces.append(Array($0)) }
        #expect(strings.count == tokens && strings.map { Array($0.utf8) } == pieces)
        #expect(try metadata.ints("tokenizer.ggml.token_type").count == tokens)
        #expect(try metadata.stringsIfPresent("tokenizer.ggml.merges")?.count ?? 0 == merges)
        #expect(throws: Never.self) { metadata.touchEverything() }
    }

    /// The bytes of the pieces, for tokenizers whose pieces are not text.
    @Test func piecesAreTheirBytes() throws {
        let array = GGUFArray.strings(["Ġthe", "", "é"])
        var pieces: [[UInt8]] = []
        array.forEachString { pieces.append(Array($0)) }
        #expect(pieces == [Array("Ġthe".utf8), [], Array("é".utf8)])
    }
}
