/// Measures what a decision costs: workers of seven kinds under random load, a prompt of which each has a part cached,
/// both objectives set, so that nothing can be left out.
package struct DecisionBenchmark {
    private var workers: [WorkerPicture] = []
    private var prefixes = PrefixIndex(seed: 1)
    private var predictor = LatencyPredictor()
    private let request: RequestShape
    private let router = Router()

    /// - Parameters:
    ///   - workers: candidates, at most `WorkerKey.limit`.
    ///   - chunks: chunks of the prompt.
    package init(workers: Int, chunks: Int, randomness: inout some RandomNumberGenerator) {
        let chain = (0..<max(chunks, 0)).map { _ in randomness.next() }
        request = RequestShape(
            promptTokens: chain.count * PrefixChain.chunkTokens + 1, prefixDigests: chain,
            objectives: Objectives(ttft: 0.5, interToken: 0.05))
        for index in 0..<7 {
            guard let kind = WorkerKind(index) else { continue }
            let rate = 3000.0 * Double(index + 1)
            predictor.declare(kind, speed: DeclaredSpeed(prefillTokensPerSecond: rate, stepSeconds: 100 / rate))
        }
        for index in 0..<workers {
            guard let key = WorkerKey(index), let kind = WorkerKind(index % 7) else { continue }
            prefixes.reset(key, limit: 10_000)
            prefixes.add((0..<1000).map { _ in randomness.next() }, to: key)
            prefixes.add(chain.prefix(Int.random(in: 0...chain.count, using: &randomness)), to: key)
            self.workers.append(Self.worker(key, kind, &randomness))
        }
    }

    private static func worker(
        _ key: WorkerKey, _ kind: WorkerKind, _ randomness: inout some RandomNumberGenerator
    ) -> WorkerPicture {
        let running = Int.random(in: 0..<64, using: &randomness)
        return WorkerPicture(
            key: key, kind: kind, capacity: .init(maximumSequences: 64, maximumWaiting: 64, kvTokens: 400_000),
            load: .init(
                running: running, waiting: Int.random(in: 0..<8, using: &randomness), kvUsage: Double(running) / 80,
                pendingPrefillTokens: Int.random(in: 0..<20_000, using: &randomness), contextTokens: running * 3000),
            inFlight: running)
    }

    /// - Parameter nanoseconds: of a clock that only goes forward.
    /// - Returns: nanoseconds of each decision, the shortest first.
    package func run(
        decisions: Int, randomness: inout some RandomNumberGenerator, nanoseconds: () -> UInt64
    ) -> [UInt64] {
        var times: [UInt64] = []
        times.reserveCapacity(decisions)
        for _ in 0..<decisions {
            let start = nanoseconds()
            let decision = router.choose(
                request, among: workers, prefixes: prefixes, predictor: predictor, randomness: &randomness)
            let end = nanoseconds()
            if decision.dispatch != nil { times.append(end &- start) }
        }
        return times.sorted()
    }
}
