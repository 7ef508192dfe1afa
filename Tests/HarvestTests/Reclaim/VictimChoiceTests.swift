import Harvest
import TestSupport
import Testing

@Suite struct VictimChoiceTests {
    typealias Candidate = VictimChoice.Candidate

    /// Every subset of up to ten workers.
    private func bruteForce(_ candidates: [Candidate], _ need: Int) -> (loss: Int64, numFreed: Int)? {
        var best: (loss: Int64, numFreed: Int)?
        for subset in 0..<(1 << candidates.count) {
            let chosen = candidates.indices.filter { subset & (1 << $0) != 0 }.map { candidates[$0] }
            let freed = chosen.reduce(0) { $0 + $1.numDevices }
            let loss = chosen.reduce(0) { $0 + $1.loss }
            guard freed >= need else { continue }
            if best.map({ (loss, freed) < ($0.loss, $0.numFreed) }) ?? true { best = (loss, freed) }
        }
        return best
    }

    private func random(_ count: Int, _ generator: inout SeededGenerator) -> [Candidate] {
        (0..<count).map {
            Candidate(
                id: ObjectID("n", "w\($0)"), numDevices: Int.random(in: 1...8, using: &generator),
                loss: Int64.random(in: 1...20, using: &generator))
        }
    }

    @Test func theChoiceIsTheBestOfAll() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<400 {
            let candidates = random(Int.random(in: 0...9, using: &generator), &generator)
            let need = Int.random(in: 0...40, using: &generator)
            let best = bruteForce(candidates, need)
            let chosen = VictimChoice.choose(candidates, freeing: need)
            #expect((chosen == nil) == (best == nil))
            guard let chosen, let best else { continue }
            let sum = candidates.reduce(0) { $0 + $1.numDevices }
            // With nothing to choose from, all go: there the least is all.
            #expect(chosen.reduce(0) { $0 + $1.loss } == best.loss || sum == need)
            #expect(chosen.reduce(0) { $0 + $1.numDevices } == best.numFreed)
            expectNoneSuperfluous(chosen, need)
        }
    }

    private func expectNoneSuperfluous(_ chosen: [Candidate], _ need: Int) {
        let freed = chosen.reduce(0) { $0 + $1.numDevices }
        #expect(freed >= need)
        for victim in chosen { #expect(freed - victim.numDevices < need) }
        #expect(Set(chosen.map(\.id)).count == chosen.count)
    }

    /// A whole fleet at once: not exact, but never more than needed, and near the exact choice where both can be made.
    @Test func aFleetIsChosenFromInBoundedSteps() throws {
        var generator = SeededGenerator(seed: 2)
        let fleet = random(20_000, &generator)
        for need in [1, 12, 500, 40_000] {
            let chosen = try #require(VictimChoice.choose(fleet, freeing: need))
            expectNoneSuperfluous(chosen, need)
        }
        let some = random(3000, &generator)
        let need = VictimChoice.exactLimit / 3000
        let exact = try #require(VictimChoice.choose(some, freeing: need)).reduce(0) { $0 + $1.loss }
        let greedy = try #require(VictimChoice.choose(some, freeing: need + 1)).reduce(0) { $0 + $1.loss }
        #expect(exact <= greedy)
        #expect(greedy <= exact + 20)
    }

    @Test func theOrderOfTheCandidatesDoesNotMatter() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<50 {
            let candidates = random(8, &generator)
            let shuffled = candidates.shuffled(using: &generator)
            #expect(VictimChoice.choose(candidates, freeing: 9) == VictimChoice.choose(shuffled, freeing: 9))
        }
    }
}
