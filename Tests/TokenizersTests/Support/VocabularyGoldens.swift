import TestSupport
import Tokenizers

/// The cases that come with a vocabulary of the test data.
struct VocabularyGoldens {
    static let names = ["bert-bge", "deepseek-llm", "falcon", "gpt-2", "phi-3"]

    let cases: [(text: String, ids: [TokenID])]

    init(_ name: String) throws {
        let input = try Self.text("\(name).gguf.inp")
        let output = try Self.text("\(name).gguf.out")
        let texts = input.split(separator: "\n__ggml_vocab_test__\n", omittingEmptySubsequences: false)
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
        cases = zip(texts, lines).map { text, line in
            (String(text), line.split(separator: " ").compactMap { TokenID($0) })
        }
    }

    private static func text(_ name: String) throws -> String {
        String(decoding: try TestData.bytes("vocab/ggml-vocab-\(name)"), as: UTF8.self)
    }
}
