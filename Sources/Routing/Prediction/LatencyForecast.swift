import Glibc

/// The arithmetic of one prediction, with what a router weighs beside it.
struct LatencyForecast {
    let speed: KindSpeed
    let expectedTTFT: Double
    let expectedInterToken: Double
    let spreadTTFT: Double
    let spreadInterToken: Double

    init(_ features: DispatchFeatures, _ speed: KindSpeed, _ corrections: WorkerCorrections) {
        self.speed = speed
        let first = speed.firstTokenParts(features)
        let step = speed.stepParts(features)
        let ttft = max((first * speed.ttft.weights).sum(), Bounds.shortestSeconds)
        let interToken = max((step * speed.interToken.weights).sum(), Bounds.shortestSeconds)
        expectedTTFT = ttft * corrections.ttft.factor
        expectedInterToken = interToken * corrections.interToken.factor
        spreadTTFT = speed.ttft.spread(at: speed.circumstances(first, features))
        spreadInterToken = speed.interToken.spread(at: speed.stepCircumstances(features))
    }

    var ttft: Quantiles { speed.ttft.quantiles(expectedTTFT, spread: spreadTTFT) }
    var interToken: Quantiles { speed.interToken.quantiles(expectedInterToken, spread: spreadInterToken) }

    /// Seconds to the first token, between the median and, for a share of `tail`, the 90th percentile.
    func ttft(tail: Double) -> Double {
        let scores = speed.ttft.scores
        return expectedTTFT * ((1 - tail) * exp(scores[0] * spreadTTFT) + tail * exp(scores[1] * spreadTTFT))
    }

    /// The chance that the first token takes longer than `limit` seconds.
    func ttftRisk(_ limit: Double) -> Double {
        1 - speed.ttft.chance(within: limit, expectedTTFT, spread: spreadTTFT)
    }

    /// The chance that tokens take longer than `limit` seconds each.
    func interTokenRisk(_ limit: Double) -> Double {
        1 - speed.interToken.chance(within: limit, expectedInterToken, spread: spreadInterToken)
    }

    var prediction: LatencyPrediction {
        LatencyPrediction(ttft: ttft, interToken: interToken, isCold: speed.isCold)
    }
}
