/// The arithmetic of one prediction, with what a router weighs beside it. Small: a decision makes one for each worker.
struct LatencyForecast {
    let expectedTTFT: Double
    let expectedInterToken: Double
    private let spreadTTFT: Double
    private let spreadInterToken: Double
    private let noiseTTFT: NoiseQuantiles
    private let noiseInterToken: NoiseQuantiles
    /// Of the worker's kind: see `KindSpeed`.
    let secondsPerPromptToken: Double
    let secondsPerSequence: Double
    let secondsPerContextToken: Double
    private let isCold: Bool

    init(_ features: DispatchFeatures, _ speed: KindSpeed, _ corrections: WorkerCorrections) {
        let first = speed.firstTokenParts(features)
        let step = speed.stepParts(features)
        let ttft = max((first * speed.ttft.weights).sum(), Bounds.shortestSeconds)
        let interToken = max((step * speed.interToken.weights).sum(), Bounds.shortestSeconds)
        expectedTTFT = ttft * corrections.ttft.factor
        expectedInterToken = interToken * corrections.interToken.factor
        spreadTTFT = speed.ttft.spread(at: speed.circumstances(first, features))
        spreadInterToken = speed.interToken.spread(at: speed.stepCircumstances(features))
        noiseTTFT = speed.ttft.noise
        noiseInterToken = speed.interToken.noise
        secondsPerPromptToken = speed.secondsPerPromptToken
        secondsPerSequence = speed.secondsPerSequence
        secondsPerContextToken = speed.secondsPerContextToken
        isCold = speed.isCold
    }

    /// Seconds to the first token, between the median and, for a share of `tail`, the 90th percentile.
    func ttft(tail: Double) -> Double { noiseTTFT.time(expectedTTFT, spread: spreadTTFT, tail: tail) }

    /// The chance that the first token takes longer than `limit` seconds.
    func ttftRisk(_ limit: Double) -> Double { 1 - noiseTTFT.chance(within: limit, expectedTTFT, spread: spreadTTFT) }

    /// The chance that tokens take longer than `limit` seconds each.
    func interTokenRisk(_ limit: Double) -> Double {
        1 - noiseInterToken.chance(within: limit, expectedInterToken, spread: spreadInterToken)
    }

    var prediction: LatencyPrediction {
        LatencyPrediction(
            ttft: noiseTTFT.quantiles(expectedTTFT, spread: spreadTTFT),
            interToken: noiseInterToken.quantiles(expectedInterToken, spread: spreadInterToken), isCold: isCold)
    }
}
