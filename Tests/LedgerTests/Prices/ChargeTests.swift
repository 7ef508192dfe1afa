import Ledger
import TestSupport
import Testing

@Suite struct ChargeTests {
    @Test func isExact() throws {
        var random = SeededGenerator(seed: 17)
        for _ in 0..<3000 {
            let prices = try random.tokenPrices()
            let applied = AppliedPrice(version: 1, prices: prices)
            let prompt = Int.random(in: 0...Int.max, using: &random) >> Int.random(in: 0...62, using: &random)
            let cached = Int.random(in: 0...prompt, using: &random)
            let output = Int.random(in: 0...Int.max, using: &random) >> Int.random(in: 0...62, using: &random)
            // Another order of the sums: all of the prompt at the input's price, then the difference for cached tokens.
            let exact =
                Int128(prompt) * prices.input.pico + Int128(cached) * (prices.cachedInput.pico - prices.input.pico)
                + Int128(output) * prices.output.pico
            let charge = applied.charge(promptTokens: prompt, cachedTokens: cached, outputTokens: output)
            #expect(charge.pico == exact)
            #expect(charge <= applied.maximumCharge(promptTokens: prompt, maximumOutputTokens: output))
        }
    }

    @Test func knownBill() throws {
        let applied = AppliedPrice(
            version: 1, prices: try TokenPrices.perMillion(input: "0.15", cached: "0.075", output: "0.6"))
        let charge = applied.charge(promptTokens: 1200, cachedTokens: 1024, outputTokens: 300)
        // 176 × 0.15 + 1024 × 0.075 + 300 × 0.6 = 283.2 millionths of a dollar
        #expect(charge.description == "0.0002832" && charge.nanoRoundedUp == 283_200)
        #expect(applied.maximumCharge(promptTokens: 1200, maximumOutputTokens: 300).description == "0.00036")
    }

    /// The reservation covers the request whichever tokens turn out to be cached, also where caching costs more.
    @Test func maximumIsReached() throws {
        var random = SeededGenerator(seed: 18)
        for _ in 0..<500 {
            let applied = AppliedPrice(version: 1, prices: try random.tokenPrices())
            let charges = (0...5).flatMap { cached in
                (0...3).map { applied.charge(promptTokens: 5, cachedTokens: cached, outputTokens: $0) }
            }
            #expect(charges.max() == applied.maximumCharge(promptTokens: 5, maximumOutputTokens: 3))
        }
    }

    @Test(
        arguments: [
            (-5, 0, 0, "0"), (0, 5, 0, "0"), (10, 20, 0, "5"), (10, -3, 0, "10"), (0, 0, -1, "0"),
            (.min, .min, .min, "0"),
            (2, 1, 3, "3.75"),
        ] as [(Int, Int, Int, String)])
    func claimsOfWorkersAreBounded(prompt: Int, cached: Int, output: Int, charge: String) throws {
        let applied = AppliedPrice(
            version: 1, prices: try TokenPrices.perToken(input: "1", cached: "0.5", output: "0.75"))
        #expect(
            applied.charge(promptTokens: prompt, cachedTokens: cached, outputTokens: output).description == charge)
    }

    @Test func theLargestChargeFits() throws {
        let applied = AppliedPrice(version: 1, prices: try TokenPrices.perToken(input: "1", output: "1"))
        let charge = applied.charge(promptTokens: .max, cachedTokens: .max, outputTokens: .max)
        #expect(charge.description == "18446744073709551614")
        #expect(charge == applied.maximumCharge(promptTokens: .max, maximumOutputTokens: .max))
    }
}
