import Ledger
import TestSupport
import Testing

@Suite struct PicoUSDTests {
    private static let billion = PicoUSD(pico: 1_000_000_000_000_000_000_000)

    @Test(
        arguments: [
            ("0", 0), ("1", 1_000_000_000_000), ("12.5", 12_500_000_000_000), ("-3", -3_000_000_000_000),
            ("0.000000000001", 1), ("-0.000001", -1_000_000), ("0.00000015", 150_000), ("100", 100_000_000_000_000),
            ("1000000000000000", 1_000_000_000_000_000_000_000_000_000),
            ("-999999999999999.999999999999", -999_999_999_999_999_999_999_999_999),
        ] as [(String, Int128)])
    func readsAndPrintsCanonicalText(text: String, pico: Int128) {
        #expect(PicoUSD(decimal: text)?.pico == pico)
        #expect(PicoUSD(pico: pico).description == text)
    }

    @Test(arguments: [("1.50", "1.5"), ("0.0", "0"), ("-0", "0"), ("-0.000", "0"), ("2.000000000000", "2")])
    func readsTrailingZeros(text: String, canonical: String) {
        #expect(PicoUSD(decimal: text)?.description == canonical)
    }

    @Test(arguments: [
        "", "-", ".", "1.", ".5", "-.5", "+1", "--1", "1-", "1e5", "1E5", "0x10", "NaN", "nan", "inf", "-inf", "1,5",
        "1_000", " 1", "1 ", "\t1", "1\n", "1.2.3", "1..2", "01", "00", "-01.5", "$1", "1/2", "1%", "١", "１",
        "1\u{301}",
        "1.٥", "\u{2212}1", "1\0", "\u{FEFF}1", "0.0000000000001", "0.1234567890120", "1000000000000000.000000000001",
        "10000000000000000", "-1000000000000001", "99999999999999999999999999999999999999999999999999",
        String(repeating: "9", count: 100_000), "0." + String(repeating: "0", count: 100_000),
        "-"
            + String(
                repeating: "0", count: 100_000),
    ])
    func refusesEverythingElse(text: String) {
        #expect(PicoUSD(decimal: text) == nil)
    }

    /// Texts of likely characters against the grammar as a regular expression.
    @Test func readsExactlyTheGrammar() throws {
        let grammar = #/-?(?:0|[1-9][0-9]*)(?:\.([0-9]+))?/#.matchingSemantics(.unicodeScalar)
        let alphabet = Array("00123459.....---+eE ,_%٣９")
        var random = SeededGenerator(seed: 1)
        var (read, wrong) = (0, [String]())
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...7, using: &random)
            let text = String((0..<length).compactMap { _ in alphabet.randomElement(using: &random) })
            let expected = try grammar.wholeMatch(in: text) != nil
            read += expected ? 1 : 0
            if (PicoUSD(decimal: text) != nil) != expected { wrong.append(text) }
        }
        #expect(wrong.isEmpty)
        #expect(read > 500)
    }

    @Test func textRoundTrips() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<5000 {
            let amount = PicoUSD(pico: random.amount(bits: 89))
            #expect(amount.description == Self.printed(amount.pico))
            #expect(PicoUSD(decimal: amount.description) == amount)
        }
        for extreme in [Int128.min, .max] { #expect(PicoUSD(pico: extreme).description == Self.printed(extreme)) }
    }

    @Test func roundsHalfAwayFromZero() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<3000 {
            let decimals = Int.random(in: 0...12, using: &random)
            let unit = (0..<(12 - decimals)).reduce(Int128(1)) { unit, _ in unit * 10 }
            // Near a half as often as anywhere.
            let amount =
                Bool.random(using: &random)
                ? random.amount(bits: 100)
                : random.amount(bits: 60) * unit + unit / 2 + Int128.random(in: -1...1, using: &random)
            let units = (2 * amount.magnitude + unit.magnitude) / (2 * unit.magnitude)
            let nearest = (amount < 0 ? -1 : 1) * Int128(units) * unit
            let text = PicoUSD(pico: amount).rounded(decimals: decimals)
            #expect(Self.padded(Self.printed(nearest), decimals: decimals) == text)
        }
    }

    @Test(
        arguments: [
            (1_499_999_999_999, 0, "1"), (1_500_000_000_000, 0, "2"), (-1_500_000_000_000, 0, "-2"),
            (4_999_999_999, 2, "0.00"), (5_000_000_000, 2, "0.01"), (-4_999_999_999, 2, "0.00"),
            (999_995_000_000, 2, "1.00"), (1, 12, "0.000000000001"), (0, 6, "0.000000"),
        ] as [(Int128, Int, String)])
    func roundsForTables(pico: Int128, decimals: Int, text: String) {
        #expect(PicoUSD(pico: pico).rounded(decimals: decimals) == text)
    }

    @Test(
        arguments: [
            (0, 0), (1, 1), (999, 1), (1000, 1), (1001, 2), (-1, 0), (-999, 0), (-1000, -1), (-1001, -1),
        ] as [(Int128, Int128)])
    func nanoIsRoundedUp(pico: Int128, nano: Int128) {
        #expect(PicoUSD(pico: pico).nanoRoundedUp == nano)
    }

    @Test func sumsOfBillionsDoNotOverflow() {
        let total = (0..<1_000_000).reduce(PicoUSD.zero) { sum, _ in sum + Self.billion }
        #expect(total == Self.billion * 1_000_000)
        #expect(total.description == "1000000000000000")
        #expect((total - Self.billion - total).description == "-1000000000")
        #expect((PicoUSD(pico: 1) + Self.billion).description == "1000000000.000000000001")
    }

    @Test func isAnOrderedGroup() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<1000 {
            let (left, right) = (random.amount(bits: 120), random.amount(bits: 120))
            let (first, second) = (PicoUSD(pico: left), PicoUSD(pico: right))
            #expect((first + second).pico == left + right && (first - second).pico == left - right)
            #expect((first < second) == (left < right) && (-first).pico == -left)
            #expect(first + .zero == first && first - first == .zero)
        }
    }

    /// The text of an amount by shifting the point in its digits.
    private static func printed(_ pico: Int128) -> String {
        let digits = String(pico.magnitude)
        let padded = String(repeating: "0", count: max(0, 13 - digits.count)) + digits
        var text = padded.dropLast(12) + "." + padded.suffix(12)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return (pico < 0 ? "-" : "") + text
    }

    private static func padded(_ text: String, decimals: Int) -> String {
        guard decimals > 0 else { return text }
        let fraction = text.split(separator: ".").dropFirst().first ?? ""
        let whole = text.prefix { $0 != "." }
        return "\(whole).\(fraction)" + String(repeating: "0", count: decimals - fraction.count)
    }
}
