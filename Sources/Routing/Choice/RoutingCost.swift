/// What a request at a worker would cost, in seconds: its own and, weighed, those that it takes from others.
///
/// The weights were found on recorded traces, long conversations and short completions of code, over sixteen simulated
/// workers, unequal and equal: those that shorten the time to first token, median and tail, without costing objectives
/// or throughput at any load.
package struct RoutingCost: Sendable {
    /// Share of the time to first token that is taken at its 90th percentile rather than its median.
    package var tail = 0.3
    /// What a second of decoding counts against a second before the first token, of long answers.
    package var decode = 0.05
    /// Tokens of an answer that count in full, however short it is: a slow pace is felt from the start.
    package var pace = 17.0
    /// What a second of others counts against one of the request's own.
    package var others = 3.0
    /// What the chance of missing an objective counts, in multiples of the objective.
    package var miss = 2.0
    /// The chance of missing an objective that counts nothing.
    package var tolerance = 0.1
    /// What a request's own seconds count, by tier.
    package var flex = 0.3
    package var batch = 0.05

    package init() {}

    func cost(_ forecast: LatencyForecast, _ features: DispatchFeatures, _ request: RequestShape, factor: Double)
        -> Double
    {
        ownWeight(request.tier) * own(forecast, features, request.objectives)
            + others * externality(forecast, features, factor: factor)
    }

    private func ownWeight(_ tier: RequestTier) -> Double {
        switch tier {
        case .interactive: 1
        case .flex: flex
        case .batch: batch
        }
    }

    private func own(_ forecast: LatencyForecast, _ features: DispatchFeatures, _ objectives: Objectives) -> Double {
        let felt = decode(features.expectedOutputTokens) * features.expectedOutputTokens
        var cost = forecast.ttft(tail: tail) + felt * forecast.expectedInterToken
        if let limit = objectives.ttft { cost += miss * limit * counted(forecast.ttftRisk(limit)) }
        if let limit = objectives.interToken { cost += miss * limit * counted(forecast.interTokenRisk(limit)) * felt }
        return cost
    }

    /// What a second of decoding counts in an answer of so many tokens.
    private func decode(_ tokens: Double) -> Double { max(decode, min(pace / tokens, 1)) }

    private func counted(_ risk: Double) -> Double { max(risk - tolerance, 0) / (1 - tolerance) }

    /// Seconds by which the others at the worker are delayed: those that run by the prefill and then by one more
    /// sequence in every step, those that will wait behind it (as many as wait now) by the prefill.
    private func externality(_ forecast: LatencyForecast, _ features: DispatchFeatures, factor: Double) -> Double {
        let prefill = features.uncachedTokens * forecast.secondsPerPromptToken
        let running = features.sequences - 1
        let context = features.promptTokens + features.expectedOutputTokens / 2
        let perStep = forecast.secondsPerSequence + context * forecast.secondsPerContextToken
        let decoding = prefill + features.expectedOutputTokens * perStep
        return factor * (features.waiting * prefill + decode(features.expectedOutputTokens) * running * decoding)
    }
}
