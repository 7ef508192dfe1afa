import Testing
import Tokenizers

/// Long texts without a place to cut. No clock is asked: a quadratic step would keep these from ending. The work of
/// merging and of patterns is counted where these are tested.
@Suite struct LinearTimeTests {
    private static func texts(bytes: Int) -> [String] {
        ["a", " ", "\n ", "ab1", "'", "ʰA", "\u{301}\u{323}", "中", "<", "a\u{301}", "<|"].map { unit in
            String(repeating: unit, count: bytes / unit.utf8.count)
        }
    }

    @Test(arguments: KnownPatterns.all)
    func aMegabyteIsSplit(_ pattern: String) throws {
        let scanner = try PreTokenizer(patterns: [pattern])
        for text in Self.texts(bytes: 1_000_000) {
            #expect(scanner.ranges(of: UTF8Text(text + "x")).last?.upperBound == text.utf8.count + 1)
        }
    }

    @Test(arguments: Oracle.flavours("qwen2", "odd-tokens", "deepseek-coder", "llama2", "bert"))
    func longTextsAreEncoded(_ flavour: Flavour) throws {
        let tokenizer = try flavour.tokenizer()
        for text in Self.texts(bytes: 100_000) {
            let ids = tokenizer.encode("x" + text, addSpecialTokens: false, parseSpecialTokens: true)
            #expect(!ids.isEmpty)
        }
    }
}
