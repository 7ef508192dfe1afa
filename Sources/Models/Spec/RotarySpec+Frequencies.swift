import Glibc

extension RotarySpec {
    /// How far each of the `width / 2` pairs turns in one position, in radians.
    ///
    /// - Parameter divisors: the values of the tensor that `.divisors` names; not used otherwise.
    package func frequencies(divisors: [Float] = []) -> [Float] {
        (0..<width / 2).map { pair in
            let plain = pow(base, -2 * Double(pair) / Double(width))
            return Float(scaled(plain, pair: pair, divisors: divisors))
        }
    }

    /// What cosine and sine are multiplied by.
    var attentionFactor: Double {
        if case .yarn(let yarn) = scaling { yarn.attentionFactor } else { 1 }
    }

    private func scaled(_ frequency: Double, pair: Int, divisors: [Float]) -> Double {
        switch scaling {
        case .none: frequency
        case .linear(let factor): frequency / factor
        case .divisors: frequency / Double(divisors[pair])
        case .yarn(let yarn): yarn.frequency(frequency, pair: pair, width: width, base: base)
        case .llama3(let factor, let low, let high, let context):
            llama3(frequency, factor: factor, low: low, high: high, context: context)
        }
    }

    /// Waves that fit the original context fewer than `low` times are stretched, those that fit more than `high`
    /// times are kept.
    private func llama3(_ frequency: Double, factor: Double, low: Double, high: Double, context: Double) -> Double {
        let turns = context * frequency / (2 * Double.pi)
        let kept = min(1, max(0, (turns - low) / (high - low)))
        return kept * frequency + (1 - kept) * frequency / factor
    }
}

extension YarnScaling {
    /// Section 3.2 of the paper: a ramp over the pairs from kept to stretched frequencies.
    func frequency(_ frequency: Double, pair: Int, width: Int, base: Double) -> Double {
        var first = pairTurning(betaFast, width: width, base: base)
        var last = pairTurning(betaSlow, width: width, base: base)
        if truncates { (first, last) = (first.rounded(.down), last.rounded(.up)) }
        (first, last) = (max(first, 0), min(last, Double(width - 1)))
        if first == last { last += 0.001 }
        let stretched = min(1, max(0, (Double(pair) - first) / (last - first)))
        return stretched * frequency / factor + (1 - stretched) * frequency
    }

    /// The pair, with fraction, that turns `turns` times within the original context.
    private func pairTurning(_ turns: Double, width: Int, base: Double) -> Double {
        Double(width) * log(originalContext / (turns * 2 * Double.pi)) / (2 * log(base))
    }
}
