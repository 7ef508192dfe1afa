import Routing
import TestSupport

/// Random requests at random workers, their true times, and a predictor that learns from them.
struct SyntheticTraffic {
    var truths: [SyntheticWorker]
    /// The kind of each worker.
    var kinds: [WorkerKind]
    var predictor = LatencyPredictor()
    var generator: SeededGenerator

    init(_ truths: [SyntheticWorker], kinds: [Int], seed: UInt64) throws {
        self.truths = truths
        self.kinds = try kinds.map(kind)
        generator = SeededGenerator(seed: seed)
    }

    struct Case {
        var place: Int
        var features: DispatchFeatures
        var ttft: Double
        var interToken: Double
        /// Without noise.
        var trueTTFT: Double
        var trueInterToken: Double
    }

    mutating func draw(at chosen: Int? = nil) throws -> Case {
        let place = chosen ?? Int.random(in: truths.indices, using: &generator)
        let running = Int.random(in: 0..<48, using: &generator)
        let load = WorkerPicture.Load(
            running: running, waiting: 0, kvUsage: Double(running) / 64,
            pendingPrefillTokens: Bool.random(using: &generator) ? 0 : Int.random(in: 0..<20_000, using: &generator),
            contextTokens: running * Int.random(in: 100..<4000, using: &generator))
        let worker = WorkerPicture(
            key: try key(place), kind: kinds[place],
            capacity: .init(maximumSequences: 64, maximumWaiting: 64, kvTokens: 1_000_000), load: load)
        let request = RequestShape(
            promptTokens: Int.random(in: 10..<8000, using: &generator),
            expectedOutputTokens: Double.random(in: 10..<800, using: &generator))
        let matched = Int.random(in: 0..<request.promptTokens, using: &generator)
        let truth = truths[place]
        let ttft = truth.ttft(worker, request, matched: matched)
        let interToken = truth.interToken(worker, request)
        return Case(
            place: place, features: DispatchFeatures(of: request, at: worker, matchedTokens: matched),
            ttft: truth.noisy(ttft, worker, &generator), interToken: truth.noisy(interToken, worker, &generator),
            trueTTFT: ttft, trueInterToken: interToken)
    }

    mutating func learn(_ count: Int, at place: Int? = nil) throws {
        for _ in 0..<count {
            let drawn = try draw(at: place)
            predictor.observe(try sample(drawn))
        }
    }

    func sample(_ drawn: Case) throws -> LatencySample {
        LatencySample(
            worker: try key(drawn.place), kind: kinds[drawn.place], features: drawn.features, ttft: drawn.ttft,
            interToken: drawn.interToken)
    }

    func predict(_ drawn: Case) throws -> LatencyPrediction {
        predictor.predict(drawn.features, worker: try key(drawn.place), kind: kinds[drawn.place])
    }

    /// Error against the truth and coverage of the noisy times on requests that are not learned from.
    mutating func heldOut(_ count: Int, at place: Int? = nil) throws -> HeldOut {
        var result = HeldOut()
        for _ in 0..<count {
            let drawn = try draw(at: place)
            result.add(drawn, try predict(drawn))
        }
        return result
    }
}

/// What predictions were worth.
struct HeldOut {
    private var count = 0.0
    private var errors = (ttft: 0.0, interToken: 0.0)
    private var covered = (ttft: SIMD4<Double>(), interToken: SIMD4<Double>())

    var ttftError: Double { errors.ttft / count }
    var interTokenError: Double { errors.interToken / count }
    var ttftCoverage: SIMD4<Double> { covered.ttft / count }
    var interTokenCoverage: SIMD4<Double> { covered.interToken / count }

    mutating func add(_ drawn: SyntheticTraffic.Case, _ predicted: LatencyPrediction) {
        count += 1
        errors.ttft += abs(predicted.ttft.p50 - drawn.trueTTFT) / drawn.trueTTFT
        errors.interToken += abs(predicted.interToken.p50 - drawn.trueInterToken) / drawn.trueInterToken
        covered.ttft += Self.covered(drawn.ttft, predicted.ttft)
        covered.interToken += Self.covered(drawn.interToken, predicted.interToken)
    }

    private static func covered(_ seconds: Double, _ predicted: Quantiles) -> SIMD4<Double> {
        [seconds <= predicted.p50 ? 1 : 0, seconds <= predicted.p90 ? 1 : 0, seconds <= predicted.p99 ? 1 : 0, 0]
    }
}
