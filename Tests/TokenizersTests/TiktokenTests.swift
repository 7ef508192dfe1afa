import JSON
import TestSupport
import Testing
import Tokenizers

@Suite(.enabled(if: TestData.isAvailable))
struct TiktokenTests {
    private func tokenizer(_ encoding: TiktokenEncoding) throws -> Tokenizer {
        try Tokenizer(
            tiktokenRanks: try TestData.bytes("tiktoken/cl100k_base.tiktoken"), encoding: encoding,
            specialTokens: [("<|endoftext|>", 100257)])
    }

    @Test func everyGoldenIsTokenExact() throws {
        let tokenizer = try tokenizer(.cl100k)
        let goldens = try JSON.parse(try TestData.bytes("tiktoken/goldens.json"))
        let cases = try #require(goldens["cases"]?.array)
        #expect(cases.count == 47)
        for golden in cases {
            let text = try #require(golden["text"]?.string)
            let ids = golden["cl100k_base"]?.array?.compactMap(\.int).map(TokenID.init)
            #expect(tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: false) == ids)
        }
    }

    /// Every pattern with the ranks of cl100k, on the texts of the fixtures.
    @Test(arguments: TiktokenEncoding.allCases)
    func everyEncodingIsTokenExact(_ encoding: TiktokenEncoding) throws {
        let tokenizer = try tokenizer(encoding)
        let cases = try #require(Oracle.tiktoken[encoding.rawValue])
        for (key, parses) in [("plain", false), ("parsed", true)] {
            let expected = Oracle.ids(cases[key])
            #expect(expected.count == Oracle.texts.count)
            for (text, ids) in zip(Oracle.texts, expected) {
                let found = tokenizer.encode(text, addSpecialTokens: true, parseSpecialTokens: parses)
                #expect(found == ids, "\(encoding): \(text.debugDescription)")
            }
        }
    }
}
