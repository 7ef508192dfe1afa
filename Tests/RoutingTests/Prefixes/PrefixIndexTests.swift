import Routing
import TestSupport
import Testing

@Suite struct PrefixIndexTests {
    /// The same by the book: what each worker has, in the order of its last use.
    private struct Oracle {
        var limit: Int
        var digests: [Int: [UInt64]] = [:]

        mutating func add(_ added: [UInt64], to worker: Int) {
            for digest in added {
                guard digests[worker] != nil else { return }
                digests[worker, default: []].removeAll { $0 == digest }
                digests[worker, default: []].append(digest)
                if digests[worker, default: []].count > limit { digests[worker, default: []].removeFirst() }
            }
        }

        func matches(_ chain: [UInt64], _ worker: Int) -> Int {
            chain.prefix { digests[worker, default: []].contains($0) }.count
        }
    }

    @Test(arguments: 0..<6) func agreesWithTheBookOnRandomHistories(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...30, using: &generator)
        let keys = [0, 1, 5, 63, 64, 200, 1023].shuffled(using: &generator)
        var index = PrefixIndex(seed: seed)
        var oracle = Oracle(limit: limit)
        for _ in 0..<1500 {
            let worker = try #require(keys.randomElement(using: &generator))
            let chain = Self.chain(&generator)
            switch Int.random(in: 0..<20, using: &generator) {
            case 0:
                index.reset(try key(worker), limit: limit)
                oracle.digests[worker] = []
            case 1:
                index.remove(try key(worker))
                oracle.digests[worker] = nil
            case 2..<7:
                index.remove(chain, from: try key(worker))
                oracle.digests[worker]?.removeAll(where: chain.contains)
            default:
                index.add(chain, to: try key(worker))
                oracle.add(chain, to: worker)
            }
            let asked = Self.chain(&generator)
            let matches = index.matches(asked)
            for worker in keys { #expect(matches[try key(worker)] == oracle.matches(asked, worker)) }
            #expect(index.count == Set(oracle.digests.values.joined()).count)
        }
    }

    /// One of a few chains that have beginnings in common.
    private static func chain(_ generator: inout SeededGenerator) -> [UInt64] {
        let family = UInt64.random(in: 0..<4, using: &generator)
        let length = UInt64.random(in: 0..<12, using: &generator)
        return (0..<length).map { $0 < 3 ? $0 : family &* 1000 + $0 }
    }

    @Test func aWorkerThatClaimsTooMuchKeepsItsLatest() throws {
        var index = PrefixIndex()
        index.reset(try key(3), limit: 100)
        index.add(0..<100_000, to: try key(3))
        #expect(index.count == 100)
        #expect(index.matches(Array(99_900..<100_000))[try key(3)] == 100)
    }

    @Test func whatWasNotAnnouncedIsNotKept() throws {
        var index = PrefixIndex()
        index.add([1, 2, 3], to: try key(9))
        #expect(index.count == 0)
        #expect(index.matches([1, 2, 3])[try key(9)] == 0)
        #expect(index.matches([])[try key(9)] == 0)
    }

    /// Digests that differ in their highest bits only are as good as any.
    @Test func chosenDigestsAreFoundAndRemoved() throws {
        var index = PrefixIndex(seed: 77)
        let digests = (0..<2000).map { UInt64($0) << 50 }
        index.reset(try key(0), limit: 5000)
        index.add(digests, to: try key(0))
        #expect(index.matches(digests)[try key(0)] == digests.count)
        index.remove(digests.reversed(), from: try key(0))
        #expect(index.count == 0)
    }

    @Test func keysOutsideTheTableAreNone() {
        #expect(WorkerKey(-1) == nil)
        #expect(WorkerKey(1024) == nil)
        #expect(WorkerKey(1023)?.index == 1023)
    }
}
