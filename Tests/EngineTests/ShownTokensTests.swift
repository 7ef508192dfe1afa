import Engine
import TestSupport
import Testing
import Tokenizers

@Suite struct ShownTokensTests {
    /// One token for each byte of a text that holds characters of every length and may meet stop texts: a token
    /// counts from the moment on at which the whole character that it is part of is shown, never before.
    @Test(arguments: 0..<200) func aTokenCountsWithItsCharacter(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let characters = Array("ab\né€😀")
        let pick = { (count: Int) in String((0..<count).map { _ in characters.randomElement(using: &random) ?? "a" }) }
        let text = pick(40)
        let stops = (0..<Int.random(in: 0...3, using: &random)).map { _ in pick(3) }
        let ends = text.unicodeScalars.reduce(into: [Int]()) { ends, scalar in
            let count = String(scalar).utf8.count
            ends += Array(repeating: (ends.count) + count, count: count)
        }
        let tokenizer = try Tokenizer.bytes()
        var (detokenizer, matcher, shown) = (Detokenizer(tokenizer), StopMatcher(stops), ShownTokens())
        var shownBytes = 0
        for token in tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: false) {
            let piece = detokenizer.append(token)
            let result = matcher.append(piece)
            shown.add(bytes: piece.utf8.count, isUnfinished: detokenizer.isInsideCharacter)
            shown.show(bytes: result.text.utf8.count)
            shownBytes += result.text.utf8.count
            #expect(shown.count == ends.prefix { $0 <= shownBytes }.count)
            if result.isStopped { return }
        }
        shown.show(bytes: matcher.finish().utf8.count)
        #expect(shown.count == text.utf8.count)
    }

    /// Bytes that are no character are shown as U+FFFD once what follows tells.
    @Test func brokenBytesCountOnceTheyAreShown() throws {
        let tokenizer = try Tokenizer.bytes()
        var (detokenizer, shown) = (Detokenizer(tokenizer), ShownTokens())
        let lead = try #require(tokenizer.encode("é", addSpecialTokens: false, parseSpecialTokens: false).first)
        let letter = try #require(tokenizer.encode("a", addSpecialTokens: false, parseSpecialTokens: false).first)
        let counts = [lead, lead, letter, letter].map { token in
            let piece = detokenizer.append(token)
            shown.add(bytes: piece.utf8.count, isUnfinished: detokenizer.isInsideCharacter)
            shown.show(bytes: piece.utf8.count)
            return shown.count
        }
        #expect(counts == [0, 1, 3, 4])
    }
}
