import Routing
import TestSupport
import Testing

@Suite struct TierTests {
    private static func fill(_ queue: inout FairQueue, _ tier: QueueTier, _ range: Range<Int>, work: Int64 = 10) {
        for id in range {
            queue.enqueue(
                QueueEntry(
                    id: "\(id)", tenant: "t\(id % 3)", tier: tier, work: work, arrivalMs: 0, deadlineMs: .max))
        }
    }

    @Test func `without a trickle a tier waits until those above are empty`() {
        var queue = FairQueue(FairQueue.Parameters(trickleOneIn: 0))
        for (place, tier) in QueueTier.allCases.reversed().enumerated() {
            Self.fill(&queue, tier, place * 100..<place * 100 + 100)
        }
        var tiers: [QueueTier] = []
        while case .dispatched(let entry) = queue.next(nowMs: 0) { tiers.append(entry.tier) }
        #expect(tiers == tiers.sorted() && tiers.count == 400)
    }

    /// At every moment: what went to a tier while a higher one waited is its share of what went to the higher ones
    /// while it waited, and one request.
    @Test(arguments: 1...6) func `a lower tier gets its trickle, no less and no more`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let oneIn = Int64([5, 20, 50][seed % 3])
        let largest: Int64 = 400
        var queue = FairQueue(FairQueue.Parameters(trickleOneIn: oneIn))
        var (above, trickled) = ([Int64](repeating: 0, count: 4), [Int64](repeating: 0, count: 4))
        for id in 0..<2_000 {
            for tier in QueueTier.allCases {
                let work = Int64.random(in: 1...largest, using: &random)
                Self.fill(&queue, tier, id * 4 + tier.rawValue..<id * 4 + tier.rawValue + 1, work: work)
            }
            guard case .dispatched(let entry) = queue.next(nowMs: 0) else { continue }
            let tier = entry.tier.rawValue
            if tier > 0 { trickled[tier] += entry.work }
            for lower in (tier + 1)..<max(tier + 1, 4) { above[lower] += entry.work }
            let shares = above.map { $0 / oneIn }
            let isHeld = (1..<4).allSatisfy {
                (shares[$0] - largest...shares[$0] + largest + 1).contains(trickled[$0])
            }
            #expect(isHeld, "\(trickled) of \(above)")
        }
        #expect(trickled.dropFirst().allSatisfy { $0 > 4_000 })
    }

    @Test func `nobody starves`() {
        var random = SeededGenerator(seed: 3)
        var queue = FairQueue()
        Self.fill(&queue, .batch, 0..<1, work: 50_000)
        Self.fill(&queue, .batch, 1..<2, work: 50_000)
        var turns = 0
        while queue.contains("0") || queue.contains("1"), turns < 100_000 {
            turns += 1
            Self.fill(&queue, .priority, turns * 2 + 10..<turns * 2 + 12, work: .random(in: 1...1_000, using: &random))
            _ = queue.next(nowMs: 0)
        }
        // The second waits until the first's work is paid for: 50 · 50,000 at 500 a turn.
        #expect(turns < 6_000)
    }

    @Test func `a tier that runs empty keeps its debt and loses what it had earned`() {
        var queue = FairQueue(FairQueue.Parameters(trickleOneIn: 10))
        Self.fill(&queue, .standard, 0..<200)
        Self.fill(&queue, .batch, 1_000..<1_001)
        var order: [QueueTier] = []
        for _ in 0..<4 { if case .dispatched(let entry) = queue.next(nowMs: 0) { order.append(entry.tier) } }
        #expect(order == [.standard, .batch, .standard, .standard])
        #expect(queue.trickleDebt(of: .batch) == 90)
        Self.fill(&queue, .batch, 1_001..<1_002)
        order = []
        for _ in 0..<12 { if case .dispatched(let entry) = queue.next(nowMs: 0) { order.append(entry.tier) } }
        #expect(order.firstIndex(of: .batch) == 10)
    }

    @Test func `an expired request says what it waited for`() {
        var queue = FairQueue()
        Self.fill(&queue, .priority, 0..<3)
        Self.fill(&queue, .standard, 3..<6)
        queue.enqueue(QueueEntry(id: "late", tenant: "t0", tier: .standard, work: 1, arrivalMs: 0, deadlineMs: 50))
        #expect(queue.nextExpired(nowMs: 49) == nil)
        #expect(queue.earliestDeadlineMs == 50)
        guard case .expired(let entry, let standing) = queue.next(nowMs: 50) else {
            Issue.record("nothing expired")
            return
        }
        #expect(entry.id == "late")
        #expect(standing.requestsAhead == 6)
        #expect(standing.workAhead == 60)
        let reason =
            "6 requests go first: 3 of higher tiers, 2 of other tenants in tier standard, 1 earlier of the same tenant"
        #expect(standing.reason == reason)
        #expect(queue.position(of: "late") == nil)
        #expect(queue.position(of: "0")?.reason == "first in the queue, waiting for a worker with room")
        #expect(queue.count == 6)
    }
}
