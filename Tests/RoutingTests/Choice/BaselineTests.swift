import Routing
import TestSupport
import Testing

@Suite struct BaselineTests {
    private let request = RequestShape(promptTokens: 640, prefixDigests: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])

    @Test func roundRobinTakesTurnsAndSkipsWhoCannot() throws {
        var pool = ExamplePool()
        for _ in 0..<4 { try pool.add() }
        pool.workers[2].isDraining = true
        var policy = RoundRobin()
        let places = (0..<7).map { _ in
            policy.choose(
                request, among: pool.workers, prefixes: pool.prefixes, predictor: pool.predictor,
                randomness: &pool.generator
            ).dispatch?.place
        }
        #expect(places == [0, 1, 3, 0, 1, 3, 0])
    }

    @Test func leastLoadedCountsPlacesNotSequences() throws {
        var pool = ExamplePool()
        try pool.add(load: .init(running: 5), slots: 8)
        try pool.add(load: .init(running: 10), slots: 40)
        #expect(pool.choose(request, by: LeastLoaded()).dispatch?.place == 1)
        // As full as the other, with more to compute.
        pool.workers[1].load = .init(running: 25, pendingPrefillTokens: 100)
        #expect(pool.choose(request, by: LeastLoaded()).dispatch?.place == 0)
    }

    @Test func prefixAffinityWeighsCacheAgainstQueue() throws {
        var pool = ExamplePool()
        try pool.add(load: .init(waiting: 3), cached: request.prefixDigests)
        try pool.add()
        #expect(pool.choose(request, by: PrefixAffinity()).dispatch?.place == 0)
        pool.workers[0].load = .init(waiting: 3, kvUsage: 0.6)
        #expect(pool.choose(request, by: PrefixAffinity()).dispatch?.place == 1)
    }
}
