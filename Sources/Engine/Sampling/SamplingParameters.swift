/// How the next token is drawn from logits. Values are taken as checked (`validated()`).
package struct SamplingParameters: Sendable, Equatable {
    /// 0 is greedy: the most likely token, the lowest id among equals.
    package var temperature: Float = 1
    /// Smallest set of most likely tokens whose probability reaches this; 1 keeps all.
    package var topP: Float = 1
    /// Most likely tokens kept; 0 keeps all.
    package var topK = 0
    /// Keeps tokens at least this fraction as likely as the most likely one.
    package var minP: Float = 0
    /// Divides positive and multiplies negative logits of tokens in prompt or output (Keskar et al. 2019).
    package var repetitionPenalty: Float = 1
    /// Taken from the logit of each token that the output holds.
    package var presencePenalty: Float = 0
    /// Taken from the logit of a token for each time the output holds it.
    package var frequencyPenalty: Float = 0
    /// Added to the logits of these tokens.
    package var logitBias: [Int32: Float] = [:]
    /// With the position of the token it fixes the draw.
    package var seed: UInt64 = 0
    /// Alternatives to report with each token's log probability; nil reports none, 0 the token's own only.
    package var topLogprobs: Int?

    package init() {}

    /// - Throws: `EngineError.parameter` naming the first value out of its range.
    package func validated() throws(EngineError) -> SamplingParameters {
        try check("temperature", temperature, 0...100)
        try check("top_p", topP, Float.leastNonzeroMagnitude...1)
        try check("min_p", minP, 0...1)
        try check("repetition_penalty", repetitionPenalty, Float.leastNormalMagnitude...1e6)
        try check("presence_penalty", presencePenalty, -100...100)
        try check("frequency_penalty", frequencyPenalty, -100...100)
        guard topK >= 0 else { throw .parameter("top_k", "\(topK)", "0 or more") }
        guard (0...Self.maximumTopLogprobs).contains(topLogprobs ?? 0) else {
            throw .parameter("top_logprobs", "\(topLogprobs ?? 0)", "0 to \(Self.maximumTopLogprobs)")
        }
        for bias in logitBias.values { try check("logit_bias", bias, -100...100) }
        return self
    }

    package static let maximumTopLogprobs = 20

    private func check(_ name: String, _ value: Float, _ range: ClosedRange<Float>) throws(EngineError) {
        // NaN is in no range.
        guard range.contains(value) else {
            throw .parameter(name, "\(value)", "\(range.lowerBound) to \(range.upperBound)")
        }
    }

    var isGreedy: Bool { temperature < 1e-5 }
    var hasPenalties: Bool { repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0 }
    var changesLogits: Bool { hasPenalties || !logitBias.isEmpty }
}
