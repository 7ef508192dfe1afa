import TestSupport
import Testing
import Tokenizers

/// The vocabularies that llama.cpp tests itself with; the ids are Hugging Face's.
@Suite(.enabled(if: TestData.isAvailable))
struct GGUFGoldenTests {
    @Test(arguments: VocabularyGoldens.names)
    func everyCaseIsTokenExact(_ name: String) throws {
        let tokenizer = try Tokenizer(gguf: GGUFVocabulary(testFile: name))
        let goldens = try VocabularyGoldens(name)
        #expect(goldens.cases.count == 47)
        for (text, ids) in goldens.cases {
            let found = tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: false)
            #expect(found == ids, "\(name): \(text.debugDescription)")
        }
    }
}
