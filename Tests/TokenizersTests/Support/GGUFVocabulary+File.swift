import Foundation
import TestSupport
import Tokenizers
import Weights

extension GGUFVocabulary {
    /// Reads one of the vocabularies in the test data.
    init(testFile name: String) throws {
        let path = TestData.folder.appendingPathComponent("vocab/ggml-vocab-\(name).gguf").path
        guard case .gguf(let metadata) = try Checkpoint.open(path).header else { throw NotGGUF(path: path) }
        self.init(
            model: try metadata.string("tokenizer.ggml.model"), tokens: try metadata.strings("tokenizer.ggml.tokens"))
        pre = try metadata.stringIfPresent("tokenizer.ggml.pre")
        modelName = try metadata.stringIfPresent("general.name")
        scores = try metadata.floatsIfPresent("tokenizer.ggml.scores") ?? []
        types = try metadata.intsIfPresent("tokenizer.ggml.token_type")?.map(Int32.init) ?? []
        merges = try metadata.stringsIfPresent("tokenizer.ggml.merges") ?? []
        bosToken = try metadata.intIfPresent("tokenizer.ggml.bos_token_id")
        eosToken = try metadata.intIfPresent("tokenizer.ggml.eos_token_id")
        unknownToken = try metadata.intIfPresent("tokenizer.ggml.unknown_token_id")
        separatorToken = try metadata.intIfPresent("tokenizer.ggml.seperator_token_id")
        paddingToken = try metadata.intIfPresent("tokenizer.ggml.padding_token_id")
        classToken = try metadata.intIfPresent("tokenizer.ggml.cls_token_id")
        maskToken = try metadata.intIfPresent("tokenizer.ggml.mask_token_id")
        addBOS = try metadata.boolIfPresent("tokenizer.ggml.add_bos_token")
        addEOS = try metadata.boolIfPresent("tokenizer.ggml.add_eos_token")
        addSpacePrefix = try metadata.boolIfPresent("tokenizer.ggml.add_space_prefix")
    }

    private struct NotGGUF: Error {
        let path: String
    }
}
