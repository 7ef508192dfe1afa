import Ledger
import TestSupport
import Testing

@Suite struct TokenPricesTests {
    @Test(
        arguments: [
            ("0.15", "0.00000015", 150_000), ("0.003625", "0.000000003625", 3625), ("0", "0", 0),
            ("15", "0.000015", 15_000_000),
            ("0.000001", "0.000000000001", 1), ("1000000", "1", 1_000_000_000_000), ("2.50", "0.00000250", 2_500_000),
            ("-0", "-0", 0),
        ] as [(String, String, Int128)])
    func perMillionIsPerToken(million: String, token: String, pico: Int128) throws {
        let prices = try TokenPrices.perMillion(input: million, cached: million, output: million)
        #expect(try prices == TokenPrices.perToken(input: token, cached: token, output: token))
        #expect(prices.input.pico == pico && prices.cachedInput.pico == pico && prices.output.pico == pico)
    }

    @Test func perMillionIsExact() throws {
        var random = SeededGenerator(seed: 16)
        for _ in 0..<1000 {
            let prices = try random.tokenPrices()
            let texts = [prices.input, prices.cachedInput, prices.output].map { "\($0 * 1_000_000)" }
            #expect(try TokenPrices.perMillion(input: texts[0], cached: texts[1], output: texts[2]) == prices)
        }
    }

    @Test func cachedTokensCostAsOthersUnlessSaid() throws {
        let prices = try TokenPrices.perMillion(input: "0.15", output: "0.6")
        #expect(prices.cachedInput == prices.input && prices.input.pico == 150_000 && prices.output.pico == 600_000)
        #expect(
            try TokenPrices.perToken(input: "0.1", output: "0")
                == TokenPrices.perToken(input: "0.1", cached: "0.1", output: "0"))
    }

    @Test func cachedMayCostMoreThanInput() throws {
        #expect(try TokenPrices.perMillion(input: "1", cached: "2", output: "1").cachedInput.pico == 2_000_000)
    }

    static let wrong: [(String, PriceError.Problem)] =
        [
            "", "-", ".", "1.", ".5", "+1", "1e-7", "NaN", "inf", " 1", "1 ", "0,15", "$1", "١", "1\u{301}", "00.1",
            String(repeating: "x", count: 100_000), "1.\0",
        ].map { ($0, .notDecimal($0)) } + [
            ("-0.1", .negative("-0.1")), ("-1", .negative("-1")),
            ("-99999999999999999", .negative("-99999999999999999")),
        ]

    @Test(
        arguments: wrong + [
            ("1.000000000001", .tooHigh("1.000000000001", most: "1")), ("2", .tooHigh("2", most: "1")),
            ("0.0000000000001", .tooManyDecimals("0.0000000000001", most: 12)),
            (String(repeating: "9", count: 100_000), .tooHigh(String(repeating: "9", count: 100_000), most: "1")),
        ])
    func perTokenRefuses(text: String, problem: PriceError.Problem) {
        #expect(throws: PriceError("input", problem)) { try TokenPrices.perToken(input: text, output: "0") }
        #expect(throws: PriceError("cached_input", problem)) {
            try TokenPrices.perToken(input: "0", cached: text, output: "0")
        }
        #expect(throws: PriceError("output", problem)) { try TokenPrices.perToken(input: "0", output: text) }
        #expect("\(PriceError("input", problem))".utf8.count < 500)
    }

    @Test(
        arguments: wrong + [
            ("1000000.000001", .tooHigh("1000000.000001", most: "1000000")),
            ("0.0000001", .tooManyDecimals("0.0000001", most: 6)),
        ])
    func perMillionRefuses(text: String, problem: PriceError.Problem) {
        #expect(throws: PriceError("output", problem)) { try TokenPrices.perMillion(input: "1", output: text) }
    }

    @Test func amountsAreCheckedToo() throws {
        let (one, above, below) = (TokenPrices.maximum, PicoUSD(decimal: "1.000000000001"), PicoUSD(pico: -1))
        #expect(throws: Never.self) { try TokenPrices(input: one, cachedInput: .zero, output: one) }
        #expect(throws: PriceError("output", .tooHigh("1.000000000001", most: "1"))) {
            try TokenPrices(input: one, cachedInput: one, output: try #require(above))
        }
        #expect(throws: PriceError("cached_input", .negative("-0.000000000001"))) {
            try TokenPrices(input: one, cachedInput: below, output: one)
        }
    }

    /// What a person reads: the field, the text, and what to do; never a control character or a page of digits.
    @Test func errorsAreSentences() {
        let long = "\u{1B}[31m" + String(repeating: "7", count: 100_000)
        let text = "\(PriceError("windows[1].prices.input", .notDecimal(long)))"
        #expect(text.hasPrefix("windows[1].prices.input is \"") && text.hasSuffix(".") && text.contains("100005 bytes"))
        #expect(!text.unicodeScalars.contains { $0.value < 32 } && text.utf8.count < 300)
    }
}
