import Testing
import Tokenizers

@Suite struct DetokenizerTests {
    /// Random ids, ids outside the vocabulary and half characters included.
    @Test(arguments: Oracle.flavours)
    func piecesJoinedAreTheDecodedText(_ flavour: Flavour) throws {
        let tokenizer = try flavour.tokenizer()
        var random = RandomText(seed: 9)
        for round in 0..<150 {
            let skips = round.isMultiple(of: 2)
            let ids = random.ids(count: 40, in: -3...TokenID(tokenizer.vocabularySize) + 3)
            var detokenizer = Detokenizer(tokenizer, skipSpecialTokens: skips)
            var text = ""
            for id in ids { text.unicodeScalars += detokenizer.append(id).unicodeScalars }
            text.unicodeScalars += detokenizer.finish().unicodeScalars
            #expect(text.utf8.elementsEqual(tokenizer.decode(ids, skipSpecialTokens: skips).utf8))
        }
    }

    /// Bytes of characters one at a time: a character comes out with its last byte, neither sooner nor later.
    @Test func charactersComeOutWholeAndAtOnce() throws {
        let flavour = try #require(Oracle.flavours.first { $0.name == "gpt2" })
        let tokenizer = try flavour.tokenizer()
        let byteIDs = try byteTokens(tokenizer)
        var random = RandomText(seed: 10)
        for _ in 0..<200 {
            var detokenizer = Detokenizer(tokenizer)
            for scalar in random.scalars(upTo: 20).unicodeScalars {
                let bytes = Array(String(scalar).utf8)
                for byte in bytes.dropLast() { #expect(detokenizer.append(byteIDs[Int(byte)]) == "") }
                #expect(detokenizer.append(byteIDs[Int(bytes[bytes.count - 1])]).utf8.elementsEqual(bytes))
            }
            #expect(detokenizer.finish() == "")
        }
    }

    /// What can never become a character is not held back.
    @Test func brokenBytesComeOutAsReplacementCharacters() throws {
        let flavour = try #require(Oracle.flavours.first { $0.name == "gpt2" })
        let tokenizer = try flavour.tokenizer()
        let byteIDs = try byteTokens(tokenizer)
        let broken: [[UInt8]] = [
            [0xFF], [0x80], [0xC0], [0xC1], [0xF5], [0xE0, 0x80], [0xED, 0xA0], [0xF4, 0x90], [0xF0, 0x8F],
            [0xE2, 0x82, 0x41],
        ]
        for bytes in broken {
            var detokenizer = Detokenizer(tokenizer)
            let text = bytes.map { detokenizer.append(byteIDs[Int($0)]) }.joined()
            #expect(text.utf8.elementsEqual(String(decoding: bytes, as: UTF8.self).utf8))
        }
        var detokenizer = Detokenizer(tokenizer)
        #expect(detokenizer.append(byteIDs[0xF0]) == "")
        #expect(detokenizer.finish() == "\u{FFFD}")
        #expect(detokenizer.finish() == "")
    }

    @Test func spaceBeforeTheFirstWordIsDroppedOnlyAtTheStart() throws {
        let flavour = try #require(Oracle.flavours.first { $0.name == "llama2" })
        let tokenizer = try flavour.tokenizer()
        let ids = tokenizer.encode("the", addSpecialTokens: false, parseSpecialTokens: false)
        for (isStart, expected) in [(true, "the"), (false, " the")] {
            var detokenizer = Detokenizer(tokenizer, isStart: isStart)
            #expect(ids.map { detokenizer.append($0) }.joined() + detokenizer.finish() == expected)
        }
    }

    private func byteTokens(_ tokenizer: Tokenizer) throws -> [TokenID] {
        var ids = Array(repeating: TokenID(-1), count: 256)
        for id in 0..<TokenID(tokenizer.vocabularySize) {
            if let bytes = tokenizer.bytes(of: id), bytes.count == 1 { ids[Int(bytes[0])] = id }
        }
        try #require(!ids.contains(-1))
        return ids
    }
}
