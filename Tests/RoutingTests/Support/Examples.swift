import Routing
import TestSupport
import Testing

/// Keys are small in tests.
func key(_ index: Int) throws -> WorkerKey { try #require(WorkerKey(index)) }
func kind(_ index: Int) throws -> WorkerKind { try #require(WorkerKind(index)) }

/// Workers with declared speeds and what is cached there.
struct ExamplePool {
    var workers: [WorkerPicture] = []
    var prefixes = PrefixIndex()
    var predictor = LatencyPredictor()
    var generator = SeededGenerator(seed: 7)

    /// - Parameter speed: prompt tokens a second; nil = unknown.
    mutating func add(
        speed: Double? = 10_000, load: WorkerPicture.Load = .init(), dispatched: WorkerPicture.Dispatched = .init(),
        inFlight: Int = 0, slots: Int = 32, waiting: Int = 32, kvTokens: Int = 200_000, cached: [UInt64] = []
    ) throws {
        let place = workers.count
        let worker = WorkerPicture(
            key: try key(place), kind: try kind(place),
            capacity: .init(maximumSequences: slots, maximumWaiting: waiting, kvTokens: kvTokens), load: load,
            dispatched: dispatched, inFlight: inFlight)
        workers.append(worker)
        prefixes.reset(worker.key, limit: 10_000)
        prefixes.add(cached, to: worker.key)
        let declared = speed.map {
            DeclaredSpeed(
                prefillTokensPerSecond: $0, stepSeconds: 200 / $0, secondsPerSequence: 2 / $0,
                secondsPerContextToken: 1e-3 / $0)
        }
        predictor.declare(worker.kind, speed: declared)
    }

    mutating func choose(_ request: RequestShape, by policy: some RoutingPolicy) -> RoutingDecision {
        var policy = policy
        return policy.choose(
            request, among: workers, prefixes: prefixes, predictor: predictor, randomness: &generator)
    }

    func prediction(_ request: RequestShape, at place: Int, matched: Int = 0) -> LatencyPrediction {
        let worker = workers[place]
        let features = DispatchFeatures(of: request, at: worker, matchedTokens: matched)
        return predictor.predict(features, worker: worker.key, kind: worker.kind)
    }
}

/// A router that never explores.
func steadyRouter() -> Router {
    var router = Router()
    router.exploration = 0
    return router
}
