import Testing
import Tokenizers

/// Small tokenizers of every flavour against Hugging Face's library.
@Suite struct FlavourTests {
    @Test func fixturesAreThere() {
        #expect(Oracle.texts.count > 60)
        #expect(Oracle.flavours.count == 21)
    }

    @Test(arguments: Oracle.flavours)
    func plainTextIsTokenExact(_ flavour: Flavour) throws {
        let tokenizer = try flavour.tokenizer()
        #expect(flavour.plain.count == Oracle.texts.count)
        for (text, ids) in zip(Oracle.texts, flavour.plain) {
            let found = tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: false)
            #expect(found == ids, "\(flavour.name): \(text.debugDescription)")
        }
    }

    @Test(arguments: Oracle.flavours)
    func textWithSpecialTokensIsTokenExact(_ flavour: Flavour) throws {
        let tokenizer = try flavour.tokenizer()
        #expect(flavour.parsed.count == Oracle.texts.count)
        for (text, ids) in zip(Oracle.texts, flavour.parsed) {
            let found = tokenizer.encode(text, addSpecialTokens: true, parseSpecialTokens: true)
            #expect(found == ids, "\(flavour.name): \(text.debugDescription)")
        }
    }

    @Test(arguments: Oracle.flavours)
    func decodingIsExact(_ flavour: Flavour) throws {
        let tokenizer = try flavour.tokenizer()
        for (index, ids) in flavour.parsed.enumerated() {
            let decoded = tokenizer.decode(ids, skipSpecialTokens: false)
            #expect(Array(decoded.utf8) == Array(flavour.decoded[index].utf8), "\(flavour.name): \(ids)")
            let skipped = tokenizer.decode(ids, skipSpecialTokens: true)
            #expect(Array(skipped.utf8) == Array(flavour.skipped[index].utf8), "\(flavour.name): \(ids)")
        }
    }
}
