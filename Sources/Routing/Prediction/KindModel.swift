/// The times of one kind of worker as sums of physical parts.
///
/// A step takes a constant, something for each sequence and something for each token of their contexts. The first
/// token takes the rest of a step, the prefill of what is ahead and of the prompt itself, the steps between which
/// that prefill is divided, the wait for a place if there is none, and attention over the prompt.
struct KindSpeed: Sendable {
    typealias Row = NonNegativeRegression.Row

    var ttft = TimeEstimator()
    var interToken = TimeEstimator()
    /// Tokens of an answer at this kind, in the mean.
    var outputTokens = OutputLengths.unknown
    var isCold = true

    /// Seconds of prefill a token.
    var secondsPerPromptToken: Double { ttft.weights[2] }
    /// Seconds that a sequence adds to each step.
    var secondsPerSequence: Double { interToken.weights[1] }
    /// Seconds that a token of context adds to each step.
    var secondsPerContextToken: Double { interToken.weights[2] }

    /// constant, sequences, tokens of contexts, prompt tokens of others by token of the answer, whether there are any.
    func stepParts(_ features: DispatchFeatures) -> Row {
        let output = features.expectedOutputTokens
        let ahead = ahead(features)
        return Row(
            1, features.sequences, features.contextTokens + output / 2, ahead / output, min(ahead / Self.chunk, 1),
            0, 0, 0)
    }

    /// Prompt tokens that a step takes along, more or less.
    private static let chunk = 2048.0

    /// constant, steps, prefilled tokens, steps by prefilled tokens, steps until a place is free, attention.
    func firstTokenParts(_ features: DispatchFeatures) -> Row {
        var decode = stepParts(features)
        (decode[3], decode[4]) = (0, 0)
        let step = (interToken.weights * decode).sum()
        let prefill = ahead(features) + features.uncachedTokens
        return Row(
            1, step, prefill, prefill * step, features.overload * outputTokens * step,
            features.uncachedTokens * features.promptTokens, 0, 0)
    }

    /// constant, the share of other requests' work in the time, the share of a single step.
    func circumstances(_ parts: Row, _ features: DispatchFeatures) -> Row {
        let terms = parts * ttft.weights
        let whole = max(terms.sum(), Bounds.shortestSeconds)
        let prefill = max(parts[2], 1)
        let others = (terms[2] + terms[3]) * (ahead(features) / prefill) + terms[4]
        return Row(1, others / whole, terms[1] / whole, 0, 0, 0, 0, 0)
    }

    /// constant, the share of the places that are taken.
    func stepCircumstances(_ features: DispatchFeatures) -> Row {
        Row(1, min(features.waiting / features.sequences, 1), min(features.overload, 1), 0, 0, 0, 0, 0)
    }

    /// Prompt tokens of others that will be computed first: less by what was done since the report.
    private func ahead(_ features: DispatchFeatures) -> Double {
        let done = features.reportAge / max(secondsPerPromptToken, 1e-9)
        return max(features.reportedAhead - done, 0) + features.dispatchedAhead
    }
}

/// Learns the times of one kind of worker.
struct KindModel: Sendable {
    private(set) var ttft: TimeModel
    private(set) var interToken: TimeModel
    private var outputTokens = OutputLengths.unknown
    private let isDeclared: Bool
    /// Mean levels of the corrections of the kind's workers.
    private var commonTTFT = 0.0
    private var commonInterToken = 0.0

    /// Measurements after which a kind that has declared nothing is known.
    static let enough = 32

    init(declared: DeclaredSpeed?) {
        isDeclared = declared != nil
        let speed = declared ?? .neutral
        // What nobody has declared may be anything.
        let doubt = isDeclared ? 0.5 : 10
        interToken = TimeModel(prior: Self.stepPrior(speed, doubt: doubt))
        ttft = TimeModel(prior: Self.firstTokenPrior(speed, doubt: doubt))
    }

    var speed: KindSpeed {
        KindSpeed(
            ttft: ttft.estimator, interToken: interToken.estimator, outputTokens: outputTokens,
            isCold: !isDeclared && ttft.samples < Self.enough)
    }

    mutating func learnTTFT(_ measured: Double, _ sample: LatencySample, _ correction: inout Correction) {
        let speed = speed
        let parts = speed.firstTokenParts(sample.features)
        let learned = ttft.learn(
            .init(
                measured: measured, parts: parts, circumstances: speed.circumstances(parts, sample.features),
                factor: correction.factor, promised: sample.promised?.ttft))
        outputTokens += Self.outputPace * (sample.features.expectedOutputTokens - outputTokens)
        commonTTFT += Self.commonPace * (correction.level - commonTTFT)
        correction.learn(learned.residual, size: learned.size, trust: trust(ttft), common: commonTTFT)
    }

    mutating func learnInterToken(_ measured: Double, _ sample: LatencySample, _ correction: inout Correction) {
        let speed = speed
        let learned = interToken.learn(
            .init(
                measured: measured, parts: speed.stepParts(sample.features),
                circumstances: speed.stepCircumstances(sample.features), factor: correction.factor,
                promised: sample.promised?.interToken))
        commonInterToken += Self.commonPace * (correction.level - commonInterToken)
        correction.learn(learned.residual, size: learned.size, trust: trust(interToken), common: commonInterToken)
    }

    /// A kind learns first what its workers have in common.
    private func trust(_ model: TimeModel) -> Double {
        isDeclared ? 1 : min(Double(model.samples) / Double(Self.enough), 1)
    }

    private static let outputPace = 0.01
    private static let commonPace = 0.02

    private static func stepPrior(_ speed: DeclaredSpeed, doubt: Double) -> NonNegativeRegression.Prior {
        var prior = NonNegativeRegression.Prior()
        let step = speed.stepSeconds
        set(&prior, 0, step, spread: step * doubt)
        set(&prior, 1, speed.secondsPerSequence, spread: (speed.secondsPerSequence + step / 100) * doubt)
        set(&prior, 2, speed.secondsPerContextToken, spread: (speed.secondsPerContextToken + step / 1e5) * doubt)
        set(&prior, 3, 0, spread: speed.secondsPerPromptToken * doubt)
        set(&prior, 4, 0, spread: step * doubt)
        return prior
    }

    private static func firstTokenPrior(_ speed: DeclaredSpeed, doubt: Double) -> NonNegativeRegression.Prior {
        var prior = NonNegativeRegression.Prior()
        let token = speed.secondsPerPromptToken
        set(&prior, 0, 0, spread: speed.stepSeconds * doubt)
        set(&prior, 1, 1, spread: 1)
        set(&prior, 2, token, spread: token * doubt)
        set(&prior, 3, 0, spread: 1 / 256)
        set(&prior, 4, 1, spread: 1)
        set(&prior, 5, 0, spread: token / 16384)
        return prior
    }

    private static func set(
        _ prior: inout NonNegativeRegression.Prior, _ place: Int, _ mean: Double, spread: Double
    ) {
        prior.mean[place] = mean
        prior.spread[place] = max(spread, 1e-15)
    }
}
