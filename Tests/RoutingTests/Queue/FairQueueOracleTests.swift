import Routing
import TestSupport
import Testing

@Suite struct FairQueueOracleTests {
    @Test(arguments: 1...32) func `does what the plain queue does`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let oneIn = Int64([0, 1, 3, 10][seed % 4])
        var queue = FairQueue(FairQueue.Parameters(trickleOneIn: oneIn))
        var naive = NaiveQueue(oneIn: oneIn)
        var taken: [QueueEntry] = []
        for step in 0..<240 {
            let now = Int64(step * 10)
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<5:
                let entry = Self.entry(step, nowMs: now, &random)
                let isIn = queue.enqueue(entry)
                let isExpected = naive.enqueue(queue.entry(entry.id) ?? entry)
                #expect(isIn == isExpected)
            case 5..<9:
                compareNext(&queue, &naive, now, &taken)
            case 9:
                let id = "r\(Int.random(in: 0...step, using: &random))"
                let cancelled = queue.cancel(id)
                #expect(cancelled == naive.waiting.first { $0.id == id })
                if let cancelled { naive.remove(cancelled) }
            case 10:
                let tier = QueueTier.allCases[Int.random(in: 0..<4, using: &random)]
                let tenant = "t\(Int.random(in: 0..<5, using: &random))"
                let delta = Int64.random(in: -60...60, using: &random)
                queue.charge(tenant, in: tier, delta)
                naive.charge(tenant, tier.rawValue, delta)
            default:
                guard let entry = taken.randomElement(using: &random) else { continue }
                let isBack = queue.putBack(entry)
                let isExpected = naive.putBack(entry)
                #expect(isBack == isExpected)
                if isBack { taken.removeAll { $0 == entry } }
            }
            compareState(queue, naive)
        }
        while !queue.isEmpty { compareNext(&queue, &naive, 3_000, &taken) }
        #expect(naive.waiting.isEmpty)
    }

    private static func entry(_ step: Int, nowMs: Int64, _ random: inout SeededGenerator) -> QueueEntry {
        QueueEntry(
            id: "r\(Int.random(in: max(0, step - 1)...step, using: &random))",
            tenant: "t\(Int.random(in: 0..<5, using: &random))",
            tier: QueueTier.allCases[Int.random(in: 0..<4, using: &random)],
            work: Int64.random(in: 0...40, using: &random), arrivalMs: nowMs,
            deadlineMs: nowMs + Int64.random(in: 0...900, using: &random))
    }

    private func compareNext(
        _ queue: inout FairQueue, _ naive: inout NaiveQueue, _ nowMs: Int64, _ taken: inout [QueueEntry]
    ) {
        let head = queue.head
        switch (queue.next(nowMs: nowMs), naive.next(nowMs)) {
        case (.dispatched(let entry), .dispatched(let sequence)):
            #expect(entry.sequence == sequence)
            #expect(entry == head)
            taken.append(entry)
        case (.expired(let entry, let standing), .expired(let sequence, let ahead)):
            #expect(entry.sequence == sequence)
            #expect(standing.requestsAhead == ahead)
        case (nil, nil): break
        case (let departure, let expected):
            Issue.record("\(String(describing: departure)) ≠ \(String(describing: expected))")
        }
    }

    private func compareState(_ queue: FairQueue, _ naive: NaiveQueue) {
        #expect(queue.count == naive.waiting.count)
        #expect(queue.earliestDeadlineMs == naive.waiting.map(\.deadlineMs).min())
        #expect(queue.rememberedTenants == naive.accounts.reduce(0) { $0 + $1.count })
        for tier in QueueTier.allCases {
            let entries = naive.entries(tier.rawValue)
            #expect(queue.waiting(in: tier) == Self.share(entries))
            for tenant in 0..<5 {
                #expect(queue.counter(of: "t\(tenant)", in: tier) == naive.counter("t\(tenant)", tier.rawValue))
            }
            var work: Int64 = 0
            for (place, entry) in naive.order(tier.rawValue).enumerated() {
                let standing = queue.position(of: entry.id)
                #expect(standing.map { $0.otherTenants.requests + $0.own.requests } == place)
                #expect(standing.map { $0.otherTenants.work + $0.own.work } == work)
                #expect(standing?.higherTiers == Self.share(naive.waiting.filter { $0.tier < tier }))
                work += entry.work
            }
        }
        for tenant in 0..<5 {
            #expect(queue.waiting(of: "t\(tenant)") == Self.share(naive.waiting.filter { $0.tenant == "t\(tenant)" }))
        }
    }

    private static func share(_ entries: [QueueEntry]) -> QueueStanding.Share {
        QueueStanding.Share(requests: entries.count, work: entries.reduce(0) { $0 + $1.work })
    }
}
