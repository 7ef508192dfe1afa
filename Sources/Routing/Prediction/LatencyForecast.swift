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

    var prediction: LatencyPrediction {
        LatencyPrediction(ttft: ttft, interToken: interToken, isCold: speed.isCold)
    }
}
