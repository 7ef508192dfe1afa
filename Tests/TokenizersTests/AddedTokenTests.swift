import JSON
import TestSupport
import Testing
import Tokenizers

@Suite struct AddedTokenTests {
    /// Against the plain reading of the rule: from left to right, at each place the longest that begins there.
    @Test func longestTokenIsFoundFromLeftToRight() throws {
        var random = RandomText(seed: 13)
        for _ in 0..<200 {
            var contents: [String] = []
            for _ in 0..<random.int(in: 0..<6) {
                let content = letters(&random, random.int(in: 1..<6))
                if !contents.contains(content) { contents.append(content) }
            }
            let added = contents.enumerated().map { TinyTokenizer.added($0.element, 256 + $0.offset, special: false) }
            let tokenizer = try Tokenizer(tokenizerJSON: TinyTokenizer.bytes(added: added), config: nil)
            for _ in 0..<5 {
                let text = letters(&random, random.int(in: 0..<30))
                let found = tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: false)
                #expect(found == reference(text, contents))
            }
        }
    }

    private func letters(_ random: inout RandomText, _ count: Int) -> String {
        (0..<count).map { _ in random.element(of: ["a", "b", "é"]) ?? "" }.joined()
    }

    private func reference(_ text: String, _ contents: [String]) -> [TokenID] {
        var rest = text[...]
        var ids: [TokenID] = []
        while let first = rest.first {
            let matches = contents.filter { rest.hasPrefix($0) }
            if let longest = matches.max(by: { $0.count < $1.count }), let index = contents.firstIndex(of: longest) {
                ids.append(TokenID(256 + index))
                rest = rest.dropFirst(longest.count)
            } else {
                ids += String(first).utf8.map(TokenID.init)
                rest = rest.dropFirst()
            }
        }
        return ids
    }

    /// What a user writes is text, whatever it spells.
    @Test(arguments: Oracle.flavours)
    func plainTextNeverBecomesASpecialToken(_ flavour: Flavour) throws {
        let tokenizer = try flavour.tokenizer()
        let special = (0..<TokenID(tokenizer.vocabularySize)).filter(tokenizer.isSpecial)
        #expect(!special.isEmpty)
        let spellings = special.compactMap { tokenizer.bytes(of: $0) }.map { String(decoding: $0, as: UTF8.self) }
        var random = RandomText(seed: 14)
        for _ in 0..<100 {
            let text = (0..<10).map { _ in (random.element(of: spellings) ?? "") + random.edges(upTo: 2) }.joined()
            let ids = tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: false)
            #expect(ids.allSatisfy { !tokenizer.isSpecial($0) || $0 == tokenizer.unknownIDInTests(flavour) })
        }
    }

    @Test func longTextsOfHalfTokensAreLinear() throws {
        let added = [TinyTokenizer.added(String(repeating: "<", count: 500) + ">", 256, special: true)]
        let tokenizer = try Tokenizer(tokenizerJSON: TinyTokenizer.bytes(added: added), config: nil)
        let text = String(repeating: "<", count: 100_000)
        #expect(tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: true).count == 100_000)
    }

    @Test func aTokenLongerThanAnyRealOneIsRefused() {
        let added = [TinyTokenizer.added(String(repeating: "<", count: 513), 256, special: true)]
        #expect(throws: TokenizerError.self) {
            try Tokenizer(tokenizerJSON: TinyTokenizer.bytes(added: added), config: nil)
        }
    }
}

extension Tokenizer {
    /// The token for what the vocabulary cannot say is special, and plain text may come to it.
    fileprivate func unknownIDInTests(_ flavour: Flavour) -> TokenID? {
        flavour.tokenizerJSON["model"]?["unk_token"]?.string.flatMap { id(of: $0) }
    }
}
