import Foundation
import Testing
import Tokenizers

/// Unicode's normalization forms against Foundation's, but for Hangul: there Foundation takes a syllable of three
/// letters apart and does not put it together again.
@Suite struct NormalizationTests {
    private static let pieces = [
        "a", "e", "A\u{30A}", "\u{E9}", "\u{1EAD}", "\u{212B}", "\u{2126}", "\u{F900}", "\u{2F800}",
        "\u{301}", "\u{323}", "\u{302}", "\u{31B}", "\u{345}", "\u{344}", "\u{5B0}", "\u{5BC}", "\u{FB2A}",
        "\u{915}\u{93C}", "\u{958}",
        "\u{3099}", "\u{304B}", "\u{9C7}", "\u{9BE}",
        "\u{1D15E}", "\u{0B47}", "\u{0B56}", "\u{1F71}", "\u{3B1}", "\u{342}", "中", " ", "x", "😀", "\u{10FFFF}",
    ]

    @Test func formsAgreeWithFoundation() {
        var random = RandomText(seed: 11)
        for _ in 0..<5000 {
            let text = (0..<random.int(in: 0..<10)).map { _ in random.element(of: Self.pieces) ?? "" }.joined()
            let bytes = Array(text.utf8)
            #expect(CanonicalForm.composed(bytes) == Array(text.precomposedStringWithCanonicalMapping.utf8))
            #expect(CanonicalForm.decomposed(bytes) == Array(text.decomposedStringWithCanonicalMapping.utf8))
        }
    }

    @Test func everySyllableOfHangulIsItsLetters() {
        for index in UInt32(0)..<11172 {
            let letters = [0x1100 + index / 588, 0x1161 + index % 588 / 28, 0x11A7 + index % 28]
            let scalars = letters.filter { $0 != 0x11A7 }.compactMap(Unicode.Scalar.init)
            let spelled = Array(String(String.UnicodeScalarView(scalars)).utf8)
            let syllable = Unicode.Scalar(0xAC00 + index).map { Array(String($0).utf8) }
            #expect(CanonicalForm.composed(spelled) == syllable)
            #expect(syllable.map(CanonicalForm.decomposed) == spelled)
            #expect(syllable.map(CanonicalForm.composed) == syllable)
        }
    }

    @Test func everyScalarKeepsItsMeaning() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array(String(scalar).utf8)
            let composed = CanonicalForm.composed(bytes)
            if composed != bytes { #expect(String(decoding: composed, as: UTF8.self) == String(scalar)) }
            if value < 0xC0 { #expect(composed == bytes) }
        }
    }

    @Test func formsAreStable() {
        var random = RandomText(seed: 12)
        for _ in 0..<1000 {
            let composed = CanonicalForm.composed(Array(random.scalars(upTo: 20).utf8))
            #expect(CanonicalForm.composed(composed) == composed)
            #expect(CanonicalForm.composed(CanonicalForm.decomposed(composed)) == composed)
        }
    }

    /// A hundred thousand marks in disorder: sorted, not bubbled.
    @Test
    func marksInDisorderAreSorted() {
        let text = String(repeating: "\u{301}\u{323}", count: 100_000)
        let expected = String(repeating: "\u{323}", count: 100_000) + String(repeating: "\u{301}", count: 100_000)
        #expect(CanonicalForm.decomposed(Array(text.utf8)) == Array(expected.utf8))
    }
}
