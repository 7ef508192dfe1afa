import Testing
import Tokenizers

/// Decoding undoes encoding.
@Suite struct RoundTripTests {
    /// Byte-level tokenizers that do not normalize say every text, bit by bit.
    @Test(arguments: Oracle.flavours("gpt2", "llama3", "deepseek-v3", "deepseek-coder", "o200k", "falcon"))
    func byteLevelIsLossless(_ flavour: Flavour) throws {
        let tokenizer = try flavour.tokenizer()
        check { text in
            let ids = tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: true)
            #expect(tokenizer.decode(ids, skipSpecialTokens: false).utf8.elementsEqual(text.utf8))
        }
    }

    /// Form C changes the spelling of characters, never the characters: Swift's strings are equal then.
    @Test(arguments: Oracle.flavours("qwen2", "qwen3-next"))
    func composingKeepsCharacters(_ flavour: Flavour) throws {
        let tokenizer = try flavour.tokenizer()
        check { text in
            let ids = tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: true)
            #expect(tokenizer.decode(ids, skipSpecialTokens: false) == text)
        }
    }

    /// With byte fallback SentencePiece says every text, but for its own spelling of a space.
    @Test(arguments: Oracle.flavours("llama2", "mistral", "gemma"))
    func sentencePieceIsLossless(_ flavour: Flavour) throws {
        let tokenizer = try flavour.tokenizer()
        check { text in
            // Where the pre-tokenizer would add a space it takes one that is there.
            let text = "x" + String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "▁" ? " " : $0 }))
            let ids = tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: false)
            #expect(tokenizer.decode(ids, skipSpecialTokens: false).utf8.elementsEqual(text.utf8))
        }
    }

    private func check(_ body: (String) -> Void) {
        var random = RandomText(seed: 8)
        for _ in 0..<300 {
            body(random.edges(upTo: 40))
            body(random.scalars(upTo: 40))
        }
    }
}
