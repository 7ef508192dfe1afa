import Routing
import TestSupport
import Testing

@Suite struct AdmissionQueueTests {
    private static func entry(
        _ id: Int, tenant: String = "t", tier: QueueTier = .standard, work: Int64 = 100, at nowMs: Int64 = 0,
        withinMs: Int64 = 1_000_000
    ) -> QueueEntry {
        QueueEntry(id: "\(id)", tenant: tenant, tier: tier, work: work, arrivalMs: nowMs, deadlineMs: nowMs + withinMs)
    }

    private static func refusal(
        _ queue: inout AdmissionQueue, _ entry: QueueEntry, nowMs: Int64 = 0
    ) -> QueueRefusal? {
        do {
            try queue.submit(entry, nowMs: nowMs)
            return nil
        } catch { return error }
    }

    @Test func `what is full refuses, each tier for itself and each tenant for all tiers`() throws {
        let limits = QueueLimits(requestsPerTier: 5, workPerTier: 1_000, requestsPerTenant: 3, workPerTenant: 600)
        var queue = AdmissionQueue(limits: limits)
        for id in 0..<3 { try queue.submit(Self.entry(id, tenant: "a"), nowMs: 0) }
        #expect(Self.refusal(&queue, Self.entry(3, tenant: "a"))?.reason == .tenantFull)
        #expect(Self.refusal(&queue, Self.entry(3, tenant: "a", tier: .batch))?.reason == .tenantFull)
        try queue.submit(Self.entry(4, tenant: "b", work: 600), nowMs: 0)
        #expect(Self.refusal(&queue, Self.entry(5, tenant: "b", work: 1))?.reason == .tenantFull)
        #expect(Self.refusal(&queue, Self.entry(5, tenant: "c", work: 101))?.reason == .queueFull)
        try queue.submit(Self.entry(5, tenant: "c", work: 100), nowMs: 0)
        #expect(Self.refusal(&queue, Self.entry(6, tenant: "d", work: 1))?.reason == .queueFull)
        try queue.submit(Self.entry(6, tenant: "d", tier: .batch, work: 10_000), nowMs: 0)
        #expect(Self.refusal(&queue, Self.entry(6, tenant: "e", tier: .flex))?.reason == .duplicate)
        #expect(queue.count == 6)
        #expect(queue.waiting(in: .standard) == QueueStanding.Share(requests: 5, work: 1_000))
        queue.cancel("5", nowMs: 1)
        try queue.submit(Self.entry(7, tenant: "f", work: 100), nowMs: 1)
    }

    @Test func `a declared rate forecasts before anything is measured`() throws {
        var queue = AdmissionQueue(forecast: AdmissionForecast.Parameters(declaredRate: 1_000))
        #expect(try queue.submit(Self.entry(0, work: 5_000), nowMs: 100)?.startMs == 100)
        #expect(try queue.submit(Self.entry(1, tenant: "u", work: 5_000), nowMs: 100)?.startMs == 5_100)
        let refusal = Self.refusal(&queue, Self.entry(2, tenant: "v", at: 100, withinMs: 3_000), nowMs: 100)
        #expect(refusal?.reason == .tooLate)
        #expect(refusal?.forecast?.startMs == 10_100)
        #expect(refusal?.retryAfterSeconds == 8)
        #expect(queue.position(of: "1", nowMs: 100)?.start?.startMs == 5_100)
        #expect(queue.position(of: "1", nowMs: 100)?.standing.nextTenant == "t")
    }

    @Test func `a full queue says when there is room again`() throws {
        let limits = QueueLimits(requestsPerTier: 8, requestsPerTenant: 4)
        var queue = AdmissionQueue(limits: limits, forecast: AdmissionForecast.Parameters(declaredRate: 10))
        for id in 0..<8 { try queue.submit(Self.entry(id, tenant: id % 2 == 0 ? "a" : "b"), nowMs: 0) }
        // Each request takes ten seconds, and the tenants take turns.
        let full = Self.refusal(&queue, Self.entry(8, tenant: "c"))
        #expect(full?.reason == .queueFull && full?.retryAfterSeconds == 10)
        let own = Self.refusal(&queue, Self.entry(8, tenant: "a"))
        #expect(own?.reason == .tenantFull && own?.retryAfterSeconds == 20)
    }

    @Test func `nothing known refuses nobody`() throws {
        var queue = AdmissionQueue()
        for id in 0..<100 { #expect(try queue.submit(Self.entry(id, withinMs: 1), nowMs: 0) == nil) }
        #expect(queue.position(of: "50", nowMs: 0)?.start == nil)
    }

    @Test func `rooms free from the start do not count as speed`() throws {
        var queue = AdmissionQueue()
        for id in 0..<100 {
            try queue.submit(Self.entry(id), nowMs: 0)
            if id < 64 { _ = queue.next(nowMs: 0) }
        }
        for second in 1...20 { _ = queue.next(nowMs: Int64(second) * 1_000) }
        #expect(queue.workPerSecond == 100)
    }

    @Test func `an idle hour does not slow the measured rate, a standstill does and its end begins anew`() throws {
        var queue = AdmissionQueue()
        for id in 0..<22 { try queue.submit(Self.entry(id), nowMs: 0) }
        for step in 1...22 { _ = queue.next(nowMs: Int64(step) * 500) }
        #expect(queue.isEmpty)
        #expect(queue.workPerSecond == 200)
        try queue.submit(Self.entry(100, at: 3_600_000), nowMs: 3_600_000)
        try queue.submit(Self.entry(101, at: 3_600_000), nowMs: 3_600_000)
        #expect(queue.workPerSecond == 200)
        let refusal = Self.refusal(&queue, Self.entry(102, at: 3_640_000, withinMs: 10_000), nowMs: 3_640_000)
        #expect(queue.workPerSecond == 0)
        #expect(refusal?.reason == .tooLate)
        #expect(refusal?.retryAfterSeconds == 40)
        _ = queue.next(nowMs: 3_641_000)
        #expect(queue.workPerSecond == nil)
        try queue.submit(Self.entry(103, at: 3_641_000, withinMs: 10_000), nowMs: 3_641_000)
    }

    @Test func `a clock that steps back and times at the ends of the scale do no harm`() throws {
        var queue = AdmissionQueue(forecast: AdmissionForecast.Parameters(declaredRate: 0.001))
        try queue.submit(Self.entry(0, work: 1_000_000, withinMs: 1_000), nowMs: 1_000)
        #expect(Self.refusal(&queue, Self.entry(1, tenant: "u", work: .min), nowMs: .max)?.reason == .tooLate)
        let back = Self.refusal(&queue, Self.entry(1, tenant: "u", work: .min, withinMs: 5), nowMs: 500)
        #expect(back?.retryAfterSeconds == 3_600)
        guard case .expired = queue.next(nowMs: .max) else {
            Issue.record("a request outlived its deadline")
            return
        }
        #expect(queue.next(nowMs: .min) == nil)
    }

    @Test func `a request put back goes first and is not charged twice`() throws {
        var queue = AdmissionQueue()
        for id in 0..<4 { try queue.submit(Self.entry(id, tenant: id % 2 == 0 ? "a" : "b"), nowMs: 0) }
        guard case .dispatched(let first) = queue.next(nowMs: 0) else { return #expect(Bool(false)) }
        #expect(first.id == "0")
        let isBack = queue.putBack(first, nowMs: 5)
        let isTwice = queue.putBack(first, nowMs: 5)
        #expect(isBack && !isTwice)
        var order: [String] = []
        while case .dispatched(let entry) = queue.next(nowMs: 10) { order.append(entry.id) }
        #expect(order == ["0", "1", "2", "3"])
    }

    @Test func `work is weighed, bounded, and nothing is free`() {
        let weights = WorkWeights()
        #expect(weights.work(uncachedPromptTokens: 10, cachedPromptTokens: 100, outputTokens: 5) == 30_000)
        #expect(weights.work(uncachedPromptTokens: 0, cachedPromptTokens: -7, outputTokens: 0) == 1)
        #expect(weights.work(uncachedPromptTokens: .max, cachedPromptTokens: .max, outputTokens: .max) == 1 << 40)
        #expect(WorkWeights(output: -4).output == 0)
    }
}
