import TestSupport

/// Texts of everything that makes trouble: scalars of all kinds and planes, and runs of them.
struct RandomText {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// Where pre-tokenizers look: letters with and without case, marks, digits, signs, white space, controls.
    private static let edges: [String] = [
        "a", "s", "S", "t", "re", "LL", "d", "Z", "é", "ſ", "ß", "Ω", "ж", "中", "の", "カ", "한", "ʰ", "ª", "ǅ", "ا",
        "\u{301}", "\u{93F}", "\u{20DD}", "0", "7", "12", "½", "Ⅳ", "٣", "²", "'", "’", "!", "/", "_", "$", "+",
        "~", "`", "«", "—", "€", "。", "！", " ", "  ", "\t", "\n", "\r\n", "\r", "\u{A0}", "\u{3000}",
        "\u{2028}", "\u{85}", "\u{0}", "\u{1}", "\u{7F}", "\u{200D}", "\u{FEFF}", "\u{E000}", "\u{FFFD}", "😀",
        "👨‍👩‍👧", "🇩🇪", "👍🏽", "𝓗", "𠀀", "\u{E0001}", "\u{10FFFD}", "▁",
    ]

    /// Pieces from `edges`, some of them repeated.
    mutating func edges(upTo length: Int) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...length, using: &generator) {
            let piece = Self.edges.randomElement(using: &generator) ?? ""
            let isRun = Int.random(in: 0..<8, using: &generator) == 0
            text += String(repeating: piece, count: isRun ? Int.random(in: 2...40, using: &generator) : 1)
        }
        return text
    }

    /// Any scalars of any plane.
    mutating func scalars(upTo length: Int) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...length, using: &generator) {
            let limit: UInt32 = [0x80, 0x800, 0x10000, 0x110000].randomElement(using: &generator) ?? 0x80
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator)) { text.append(scalar) }
        }
        return String(text)
    }

    mutating func ids(count: Int, in range: ClosedRange<Int32>) -> [Int32] {
        (0..<count).map { _ in Int32.random(in: range, using: &generator) }
    }

    mutating func element<C: Collection>(of collection: C) -> C.Element? { collection.randomElement(using: &generator) }
    mutating func int(in range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
}
