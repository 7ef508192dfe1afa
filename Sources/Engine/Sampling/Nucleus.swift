/// Which tokens stay in the draw: min_p, then top_k, then top_p (Holtzman et al. 2020), over unnormalized
/// weights whose largest is 1.
enum Nucleus {
    enum Kept: Equatable {
        /// Every token; the weights' sum.
        case all(total: Double)
        /// These tokens, most likely first, lower id first among equals; their weights' sum.
        case some([Int], total: Double)
    }

    static func filter(_ weights: [Float], _ parameters: SamplingParameters) -> Kept {
        let floor = parameters.minP
        let limit = parameters.topK > 0 ? min(parameters.topK, weights.count) : nil
        if limit == nil, parameters.topP >= 1 {
            if floor == 0 { return .all(total: sum(weights)) }
            let tokens = candidates(weights, atLeast: floor)
            return .some(tokens, total: sum(tokens, weights))
        }
        let share = Double(parameters.topP)
        guard let limit else { return topP(weights, share: share, floor: floor) }
        let ranked = ranked(candidates(weights, floor: floor) { $0.count >= limit }, weights).prefix(limit)
        return cut(ranked, weights, at: share * sum(ranked, weights), isWhole: share >= 1)
    }

    private static func topP(_ weights: [Float], share: Double, floor: Float) -> Kept {
        let wanted = share * weights.reduce(0.0) { $1 >= floor ? $0 + Double($1) : $0 }
        let found = candidates(weights, floor: floor) { sum($0, weights) >= wanted }
        return cut(ranked(found, weights)[...], weights, at: wanted, isWhole: false)
    }

    /// The shortest head of `ranked` whose weights reach `wanted`.
    private static func cut(_ ranked: ArraySlice<Int>, _ weights: [Float], at wanted: Double, isWhole: Bool) -> Kept {
        if isWhole { return .some(Array(ranked), total: sum(ranked, weights)) }
        var total = 0.0
        let reached = ranked.firstIndex { token in
            total += Double(weights[token])
            return total >= wanted
        }
        return .some(Array(ranked[...(reached ?? ranked.endIndex - 1)]), total: total)
    }

    /// The `count` largest, largest first, lower id first among equals.
    static func largest(_ count: Int, of weights: [Float]) -> [Int] {
        Array(ranked(candidates(weights, floor: 0) { $0.count >= count }, weights).prefix(count))
    }

    // MARK: Parts

    /// Lowers a threshold until `isEnough` of what lies above it: only that is sorted then, and a nucleus is
    /// small beside a vocabulary.
    private static func candidates(_ weights: [Float], floor: Float, isEnough: ([Int]) -> Bool) -> [Int] {
        var threshold = max(floor, 0x1p-6)
        while true {
            let tokens = candidates(weights, atLeast: threshold)
            if threshold <= floor || isEnough(tokens) { return tokens }
            threshold = threshold < 0x1p-60 ? floor : max(floor, threshold * 0x1p-8)
        }
    }

    private static func candidates(_ weights: [Float], atLeast threshold: Float) -> [Int] {
        weights.indices.filter { weights[$0] >= threshold }
    }

    private static func ranked(_ tokens: [Int], _ weights: [Float]) -> [Int] {
        tokens.sorted { (weights[$1], $0) < (weights[$0], $1) }
    }

    private static func sum(_ weights: [Float]) -> Double { weights.reduce(0) { $0 + Double($1) } }

    private static func sum(_ tokens: some Swift.Sequence<Int>, _ weights: [Float]) -> Double {
        tokens.reduce(0) { $0 + Double(weights[$1]) }
    }
}
