import Foundation

/// Draws the next token: a pure function of (logits, parameters, counts, position).
///
/// Order, as in vLLM: bias, penalties, temperature, min_p, top_k, top_p. Log probabilities are those of the
/// model itself, before any of these. Holds only scratch memory.
package struct Sampler {
    package struct Choice: Sendable, Equatable {
        package var token: Int32
        /// Natural logarithm of the model's probability; nil unless asked for.
        package var logprob: Float?
        package var top: [TokenLogprob] = []
    }

    package struct TokenLogprob: Sendable, Equatable {
        package let token: Int32
        package let logprob: Float
    }

    private var adjusted: [Float] = []
    private var weights: [Float] = []

    package init() {}

    /// - Parameters:
    ///   - logits: one row, `[vocabulary]`.
    ///   - position: of the token that is drawn.
    package mutating func sample(
        _ logits: UnsafeBufferPointer<Float>, _ parameters: SamplingParameters, counts: TokenCounts?, position: Int
    ) -> Choice {
        let token = draw(logits, parameters, counts: counts, position: position)
        guard let alternatives = parameters.topLogprobs else { return Choice(token: token) }
        return describe(token, logits, alternatives: alternatives)
    }

    private mutating func draw(
        _ logits: UnsafeBufferPointer<Float>, _ parameters: SamplingParameters, counts: TokenCounts?, position: Int
    ) -> Int32 {
        guard parameters.changesLogits || !parameters.isGreedy else { return argmax(logits) }
        adjusted.removeAll(keepingCapacity: true)
        adjusted.append(contentsOf: logits)
        adjust(parameters, counts)
        return adjusted.withUnsafeBufferPointer { adjusted in
            let best = argmax(adjusted)
            if parameters.isGreedy || !adjusted[Int(best)].isFinite { return best }
            return drawAtRandom(adjusted, best: adjusted[Int(best)], parameters, position: position)
        }
    }

    private mutating func adjust(_ parameters: SamplingParameters, _ counts: TokenCounts?) {
        for (token, bias) in parameters.logitBias where adjusted.indices.contains(Int(token)) {
            adjusted[Int(token)] += bias
        }
        guard parameters.hasPenalties, let counts else { return }
        for token in counts.prompt where counts.output[token] == nil { penalizeRepetition(token, parameters) }
        for (token, count) in counts.output where adjusted.indices.contains(Int(token)) {
            penalizeRepetition(token, parameters)
            adjusted[Int(token)] -= parameters.presencePenalty + parameters.frequencyPenalty * Float(count)
        }
    }

    private mutating func penalizeRepetition(_ token: Int32, _ parameters: SamplingParameters) {
        guard adjusted.indices.contains(Int(token)) else { return }
        let logit = adjusted[Int(token)]
        adjusted[Int(token)] = logit > 0 ? logit / parameters.repetitionPenalty : logit * parameters.repetitionPenalty
    }

    /// Inverse transform over the tokens that survive the filters.
    private mutating func drawAtRandom(
        _ logits: UnsafeBufferPointer<Float>, best: Float, _ parameters: SamplingParameters, position: Int
    ) -> Int32 {
        Exponential.weights(logits, best: best, temperature: parameters.temperature, into: &weights)
        let uniform = Philox.uniform(seed: parameters.seed, position: position)
        let kept = Nucleus.filter(weights, parameters)
        switch kept {
        case .all(let total): return walk(weights.indices, to: uniform * total)
        case .some(let tokens, let total): return walk(tokens, to: uniform * total)
        }
    }

    private func walk(_ tokens: some Collection<Int>, to target: Double) -> Int32 {
        var sum = 0.0
        var last = 0
        for token in tokens where weights[token] > 0 {
            sum += Double(weights[token])
            last = token
            if sum > target { break }
        }
        return Int32(last)
    }

    // MARK: Log probabilities

    private mutating func describe(
        _ token: Int32, _ logits: UnsafeBufferPointer<Float>, alternatives: Int
    ) -> Choice {
        let best = logits[Int(argmax(logits))]
        Exponential.weights(logits, best: best, temperature: 1, into: &weights)
        let normalizer = Double(best) + log(weights.reduce(0.0) { $0 + Double($1) })
        let logprob = { (id: Int) in Float(Double(logits[id]) - normalizer) }
        let top = Nucleus.largest(alternatives, of: weights)
            .map { TokenLogprob(token: Int32($0), logprob: logprob($0)) }
        return Choice(token: token, logprob: logprob(Int(token)), top: top)
    }

    /// The largest value's index, the lowest among equals; NaN never wins.
    private func argmax(_ values: UnsafeBufferPointer<Float>) -> Int32 {
        var best = 0
        var bestValue = -Float.infinity
        for index in values.indices where values[index] > bestValue {
            (best, bestValue) = (index, values[index])
        }
        return Int32(best)
    }
}
