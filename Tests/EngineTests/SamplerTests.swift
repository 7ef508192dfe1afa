import Engine
import Foundation
import TestSupport
import Testing

@Suite struct SamplerTests {
    /// Known answers published with the generator (Random123, philox4x32 with 10 rounds).
    @Test(arguments: [
        (
            SIMD4<UInt32>(0, 0, 0, 0), SIMD2<UInt32>(0, 0),
            SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
        ),
        (
            SIMD4<UInt32>(repeating: UInt32.max), SIMD2<UInt32>(repeating: UInt32.max),
            SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
        ),
        (
            SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), SIMD2(0xa409_3822, 0x299f_31d0),
            SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
        ),
    ])
    func philoxGivesThePublishedNumbers(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, expected: SIMD4<UInt32>) {
        #expect(Philox.block(counter: counter, key: key) == expected)
    }

    private func sample(
        _ logits: [Float], _ parameters: SamplingParameters, position: Int = 0, counts: TokenCounts? = nil
    )
        -> Sampler.Choice
    {
        var sampler = Sampler()
        return logits.withUnsafeBufferPointer { sampler.sample($0, parameters, counts: counts, position: position) }
    }

    private func logits(_ count: Int, seed: UInt64, spread: Float = 4) -> [Float] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in .random(in: -spread...spread, using: &random) }
    }

    @Test func expIsWithinTwoUlp() {
        for step in 0..<87_000 {
            let x = -Float(step) / 1000
            let (found, exact) = (Exponential.exp(SIMD8(repeating: x))[0], exp(Double(x)))
            #expect(abs(Double(found) - exact) <= 2 * Double(Float(exact).ulp), "exp(\(x))")
        }
        #expect(Exponential.exp(SIMD8(repeating: -88)) == .zero && Exponential.exp(SIMD8(repeating: .nan)) == .zero)
    }

    @Test func greedyTakesTheFirstOfTheLargest() {
        var parameters = SamplingParameters()
        parameters.temperature = 0
        #expect(sample([1, 3, 2, 3], parameters).token == 1)
        #expect(sample([.nan, -.infinity, -2], parameters).token == 2)
        #expect(sample([.nan, .nan], parameters).token == 0)
    }

    @Test func theDrawDependsOnSeedAndPositionOnly() {
        var parameters = SamplingParameters()
        parameters.seed = 9
        let row = logits(100, seed: 1)
        let draws = (0..<50).map { sample(row, parameters, position: $0).token }
        #expect(draws == (0..<50).map { sample(row, parameters, position: $0).token })
        #expect(Set(draws).count > 10)
        parameters.seed = 10
        #expect(draws != (0..<50).map { sample(row, parameters, position: $0).token })
    }

    /// Against the definition: sort everything, filter step by step, renormalize, compare with frequencies.
    @Test(arguments: [
        (Float(1), Float(1), 0, Float(0)), (0.7, 1, 0, 0), (1, 0.8, 0, 0), (1.3, 1, 5, 0), (1, 1, 0, 0.2),
        (0.9, 0.7, 12, 0.05), (1, 0.01, 0, 0), (1, 1, 1, 0), (2, 0.95, 3, 0),
    ])
    func frequenciesFollowTheDefinition(temperature: Float, topP: Float, topK: Int, minP: Float) {
        var parameters = SamplingParameters()
        (parameters.temperature, parameters.topP, parameters.topK, parameters.minP) = (temperature, topP, topK, minP)
        let row = logits(40, seed: 3)
        let expected = oracle(row, parameters)
        let draws = 20_000
        var seen = [Int](repeating: 0, count: row.count)
        for position in 0..<draws { seen[Int(sample(row, parameters, position: position).token)] += 1 }
        for (token, probability) in expected.enumerated() {
            if probability == 0 { #expect(seen[token] == 0, "token \(token) was filtered and drawn") }
            let deviation = (probability * (1 - probability) * Double(draws)).squareRoot()
            #expect(abs(Double(seen[token]) - probability * Double(draws)) <= 5 * deviation + 1)
        }
    }

    private func oracle(_ row: [Float], _ parameters: SamplingParameters) -> [Double] {
        let best = Double(row.max() ?? 0)
        var kept = row.indices.map { ($0, exp((Double(row[$0]) - best) / Double(parameters.temperature))) }
            .sorted { $0.1 > $1.1 }
        kept = kept.filter { $0.1 >= Double(parameters.minP) }
        if parameters.topK > 0 { kept = Array(kept.prefix(parameters.topK)) }
        let total = kept.reduce(0) { $0 + $1.1 }
        var sum = 0.0
        kept = Array(
            kept.prefix { entry in
                defer { sum += entry.1 }
                return sum < Double(parameters.topP) * total
            })
        let left = kept.reduce(0) { $0 + $1.1 }
        var result = [Double](repeating: 0, count: row.count)
        for (token, weight) in kept { result[token] = weight / left }
        return result
    }

    @Test func logprobsAreTheModelsOwn() throws {
        var parameters = SamplingParameters()
        (parameters.temperature, parameters.topLogprobs, parameters.topK) = (0.3, 5, 2)
        parameters.logitBias = [3: 50]
        let row = logits(30, seed: 5)
        let choice = sample(row, parameters)
        #expect(choice.token == 3)
        let normalizer = log(row.reduce(0) { $0 + exp(Double($1)) })
        #expect(abs(Double(try #require(choice.logprob)) - (Double(row[3]) - normalizer)) < 1e-5)
        let ranked = row.indices.sorted { row[$0] > row[$1] }.prefix(5)
        #expect(choice.top.map(\.token) == ranked.map(Int32.init))
        for entry in choice.top {
            #expect(abs(Double(entry.logprob) - (Double(row[Int(entry.token)]) - normalizer)) < 1e-5)
        }
    }

    @Test func penaltiesFollowTheirDefinition() {
        var parameters = SamplingParameters()
        parameters.temperature = 0
        var counts = TokenCounts(prompt: [0])
        (parameters.repetitionPenalty, parameters.presencePenalty) = (2, 0)
        #expect(sample([3, 2], parameters, counts: counts).token == 1, "3 / 2 < 2")
        #expect(sample([-1, -1.5], parameters, counts: counts).token == 1, "-1 · 2 < -1.5")
        parameters.repetitionPenalty = 1
        parameters.presencePenalty = 1
        #expect(sample([3, 2.5], parameters, counts: counts).token == 0, "the prompt is not output")
        counts.add(0)
        #expect(sample([3, 2.5], parameters, counts: counts).token == 1)
        (parameters.presencePenalty, parameters.frequencyPenalty) = (0, 0.4)
        #expect(sample([3, 2.5], parameters, counts: counts).token == 0, "0.4 once")
        counts.add(0)
        #expect(sample([3, 2.5], parameters, counts: counts).token == 1, "0.4 twice")
    }

    /// The engine refuses tokens out of range by name; the sampler itself must still not trip over one.
    @Test func aBiasOfMinusHundredBansAndOutOfRangeIsIgnored() {
        var parameters = SamplingParameters()
        parameters.logitBias = [1: -100, 500: 100, -3: 100]
        for position in 0..<500 { #expect(sample([1, 1.5], parameters, position: position).token == 0) }
    }

    @Test func parametersOutOfRangeAreNamed() {
        func refuses(_ name: String, _ change: (inout SamplingParameters) -> Void) {
            var parameters = SamplingParameters()
            change(&parameters)
            do {
                _ = try parameters.validated()
                Issue.record("\(name) was accepted")
            } catch {
                #expect(error.description.contains(name))
            }
        }
        refuses("temperature") { $0.temperature = -1 }
        refuses("temperature") { $0.temperature = .nan }
        refuses("temperature") { $0.temperature = .infinity }
        refuses("top_p") { $0.topP = 0 }
        refuses("top_p") { $0.topP = 1.1 }
        refuses("top_k") { $0.topK = -1 }
        refuses("min_p") { $0.minP = 2 }
        refuses("repetition_penalty") { $0.repetitionPenalty = 0 }
        refuses("presence_penalty") { $0.presencePenalty = .nan }
        refuses("frequency_penalty") { $0.frequencyPenalty = 1e9 }
        refuses("top_logprobs") { $0.topLogprobs = 21 }
        refuses("logit_bias") { $0.logitBias = [1: .nan] }
    }
}
