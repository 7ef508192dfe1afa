import Ledger
import TestSupport
import Testing

@Suite struct SplitTests {
    /// Whole weights, so that the oracle needs no fractions.
    private struct Weights {
        let weights: [Int64]
        let total: Int64

        init(using random: inout some RandomNumberGenerator) {
            let limit: Int64 = Bool.random(using: &random) ? 3 : 1_000_000
            var weights = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                Int64.random(in: 0...limit, using: &random)
            }
            weights[0] += weights.allSatisfy { $0 == 0 } ? 1 : 0
            self.weights = weights.shuffled(using: &random)
            total = weights.reduce(0, +)
        }

        var shares: [Share] { weights.compactMap { Share(numerator: $0, denominator: total) } }

        /// The largest-remainder method as it is told: one unit at a time to the largest remainder, the first of
        /// equals.
        func split(_ amount: Int128) -> [Int128] {
            let magnitude = Int128(amount.magnitude)
            var parts = weights.map { magnitude * Int128($0) / Int128(total) }
            var remainders = weights.map { magnitude * Int128($0) % Int128(total) }
            while parts.reduce(0, +) < magnitude {
                let largest = remainders.max() ?? 0
                let place = remainders.firstIndex(of: largest) ?? 0
                parts[place] += 1
                remainders[place] = -1
            }
            return parts.map { amount < 0 ? -$0 : $0 }
        }
    }

    @Test func isTheLargestRemainderMethod() throws {
        var random = SeededGenerator(seed: 6)
        for _ in 0..<4000 {
            let weights = Weights(using: &random)
            let amount = random.amount(bits: Bool.random(using: &random) ? 100 : 6)
            let parts = try PicoUSD(pico: amount).split(weights.shares).map(\.pico)
            #expect(parts == weights.split(amount), "\(amount) by \(weights.weights)")
        }
    }

    @Test func sumsExactlyAndEachPartIsWithinOnePico() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<4000 {
            let weights = Weights(using: &random)
            let amount = random.amount(bits: 100)
            let parts = try PicoUSD(pico: amount).split(weights.shares)
            #expect(parts.reduce(.zero, +).pico == amount)
            for (part, weight) in zip(parts, weights.weights) {
                let error = part.pico * Int128(weights.total) - amount * Int128(weight)
                #expect(error.magnitude < weights.total.magnitude)
                #expect(weight > 0 || part == .zero)
            }
            #expect(try PicoUSD(pico: -amount).split(weights.shares) == parts.map { -$0 })
        }
    }

    @Test(arguments: [Int128.min, .min + 1, -1, 0, 1, .max - 1, .max])
    func anyAmountFits(pico: Int128) throws {
        let finest = try #require(Share(numerator: .max - 1, denominator: .max))
        let third = try #require(Share("1/3"))
        for shares in [[Share.all], [finest, finest.complement], [third, third, third], [.none, .all, .none]] {
            let parts = try PicoUSD(pico: pico).split(shares)
            // Parts of one sign whose partial sums cannot leave 128 bits.
            #expect(parts.allSatisfy { $0.pico.signum() * pico.signum() >= 0 })
            #expect(parts.reduce(.zero, +).pico == pico)
        }
    }

    @Test func tiesGoToTheFirst() throws {
        let shares = try ["1/4", "1/4", "1/4", "1/4"].map { try #require(Share($0)) }
        #expect(try PicoUSD(pico: 6).split(shares).map(\.pico) == [2, 2, 1, 1])
        #expect(try PicoUSD(pico: -5).split(shares).map(\.pico) == [-2, -1, -1, -1])
        #expect(try PicoUSD(pico: 1).split([.none] + shares).map(\.pico) == [0, 1, 0, 0, 0])
    }

    @Test func sharesMustSumToOne() throws {
        let most = try #require(Share("4/5"))
        for shares in [[], [most], [most, .all], [.none], [most, most.complement, most.complement], [.all, .all]] {
            #expect(throws: ShareError.sumIsNotOne(shares)) { try PicoUSD(pico: 10).split(shares) }
        }
        #expect("\(ShareError.sumIsNotOne([most, .none]))".contains("4/5, 0"))
        #expect("\(ShareError.sumIsNotOne([]))".contains("(none)"))
    }

    @Test func denominatorsBeyond128BitsAreRefused() throws {
        let primes: [Int64] = [.max - 24, .max - 164, .max - 258]  // 2^63 - 25, - 165, - 259 are prime
        let shares = try primes.map { try #require(Share(numerator: 1, denominator: $0)) }
        #expect(throws: ShareError.tooFine(shares)) { try PicoUSD(pico: 10).split(shares) }
    }
}
