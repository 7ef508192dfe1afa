import Routing
import TestSupport
import Testing

@Suite struct ForecastTests {
    /// The cheap count of the work ahead against the exact one.
    @Test(arguments: 1...20) func `the work ahead is exact for tenants of one size each, and never too little`(
        seed: Int
    ) {
        var random = SeededGenerator(seed: UInt64(seed))
        var queue = FairQueue()
        let sizes = (0..<8).map { _ in Int64.random(in: 1...100, using: &random) }
        for id in 0..<200 {
            let tenant = Int.random(in: 0..<8, using: &random)
            let new = "t\(tenant)"
            let cheap = queue.workAhead(ofNewRequestBy: new, in: .standard)
            let busy = queue.workAhead(ofNewRequestBy: new, in: .standard, busy: true)
            queue.enqueue(
                QueueEntry(
                    id: "\(id)", tenant: new, tier: .standard, work: sizes[tenant], arrivalMs: 0, deadlineMs: .max))
            let exact = queue.position(of: "\(id)")?.workAhead ?? -1
            #expect(cheap >= exact)
            #expect(cheap <= exact + sizes.reduce(0, +) - sizes[tenant])
            #expect(busy >= cheap)
            if id % 3 == 0 { _ = queue.next(nowMs: 0) }
        }
    }

    /// With nothing coming later, the forecasts of all that wait hold within their stated error.
    @Test(arguments: 1...8) func `forecasts of a queue that only drains come true`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var queue = AdmissionQueue(FairQueue.Parameters(trickleOneIn: 0))
        var service = SimulatedService(slots: 8, speed: 1)
        for id in 0..<600 {
            let tenant = Int.random(in: 0..<12, using: &random)
            try queue.submit(
                QueueEntry(
                    id: "\(id)", tenant: "t\(tenant)", tier: QueueTier.allCases[id % 2],
                    work: .random(in: 50...(tenant % 2 == 0 ? 200 : 4_000), using: &random), arrivalMs: 0,
                    deadlineMs: .max), nowMs: 0)
        }
        var forecasts: [String: Forecast] = [:]
        var now: Int64 = 0
        while !queue.isEmpty {
            _ = service.finish(nowMs: now)
            while service.free > 0, case .dispatched(let entry) = queue.next(nowMs: now) {
                service.start(entry, work: entry.work, nowMs: now)
                if let foreseen = forecasts[entry.id] {
                    #expect(now <= foreseen.latestStartMs)
                    #expect(now >= foreseen.nowMs + foreseen.waitMs / 2 - foreseen.errorMs)
                }
            }
            if queue.count < 400, forecasts.isEmpty {
                for id in 0..<600 { forecasts["\(id)"] = queue.position(of: "\(id)", nowMs: now)?.start }
                #expect(forecasts.count == queue.count)
            }
            now = service.nextEndMs ?? now
        }
    }

    @Test func `who comes back after Retry-After is let in, and not much earlier`() throws {
        var queue = AdmissionQueue()
        var id = 0
        func ask(atMs nowMs: Int64) throws(QueueRefusal) {
            id += 1
            let entry = QueueEntry(
                id: "\(id)", tenant: "t\(id % 7)", tier: .standard, work: 100, arrivalMs: nowMs,
                deadlineMs: nowMs + 20_000)
            try queue.submit(entry, nowMs: nowMs)
        }
        // One request in 100 ms, while three come.
        var retryMs: Int64?
        for step in 1...600 {
            do { for _ in 0..<3 { try ask(atMs: Int64(step) * 100) } } catch {
                #expect(error.reason == .tooLate)
                retryMs = Int64(step) * 100 + Int64(error.retryAfterSeconds) * 1_000
            }
            _ = queue.next(nowMs: Int64(step) * 100)
        }
        // A second of grace for the rounding to whole seconds and the pause between two dispatches.
        let back = try #require(retryMs)
        for now in stride(from: 60_100, through: max(back, 60_100), by: 100) {
            if now == back - 2_100 { #expect(throws: QueueRefusal.self) { try ask(atMs: Int64(now)) } }
            _ = queue.next(nowMs: Int64(now))
        }
        try ask(atMs: max(back, 60_100))
    }

    struct Load: Sendable, CustomTestStringConvertible {
        let factor: Double
        let tiers: [QueueTier]
        var testDescription: String { "\(factor) of capacity in \(tiers.count) tiers" }
    }

    static let loads = [1.2, 1.5, 3].flatMap { factor in
        [[QueueTier.standard], QueueTier.allCases].map { Load(factor: factor, tiers: $0) }
    }

    /// What became of the requests of a quarter of an hour, but for the first two minutes.
    private struct Outcome {
        var admitted = 0
        var started = 0
        var expired = 0
        var refused = 0
        var beyondStatedError = 0
        var servedMs: Int64 = 0
    }

    @Test(arguments: loads) func `in overload hardly one admitted request waits in vain, and nothing idles`(load: Load)
    {
        let outcome = Self.serve(load, seed: 5)
        #expect(outcome.refused > 100)
        #expect(Double(outcome.expired) <= 0.01 * Double(outcome.admitted))
        #expect(Double(outcome.beyondStatedError) <= 0.025 * Double(outcome.started))
        #expect(Double(outcome.servedMs) >= 0.98 * 8 * Double(Self.measured.count))
    }

    private static let patienceMs: [Int64] = [10_000, 20_000, 60_000, 240_000]
    private static let measured: Range<Int64> = 120_000..<900_000

    /// Twelve tenants, some of whom ask far more often and some for far more, before eight slots.
    private static func serve(_ load: Load, seed: UInt64) -> Outcome {
        var random = SeededGenerator(seed: seed)
        var queue = AdmissionQueue()
        var service = SimulatedService(slots: 8, speed: 1)
        var outcome = Outcome()
        var forecasts: [String: Forecast] = [:]
        var (now, nextArrival): (Int64, Int64) = (0, 0)
        var sent = 0
        while now < measured.upperBound {
            let counts = measured.contains(now) ? 1 : 0
            if now >= nextArrival {
                sent += 1
                let entry = entry(sent, load, nowMs: now, &random)
                // Mean work is about 1,125; eight slots serve 8 a millisecond.
                nextArrival = now + .random(in: 1...Int64(2 * 1_125 / 8 / load.factor), using: &random)
                do {
                    forecasts[entry.id] = try queue.submit(entry, nowMs: now)
                    outcome.admitted += counts
                } catch { outcome.refused += counts }
            }
            for job in service.finish(nowMs: now) { outcome.servedMs += job.endMs - job.startMs }
            while queue.nextExpired(nowMs: now) != nil { outcome.expired += counts }
            while service.free > 0, case .dispatched(let entry) = queue.next(nowMs: now) {
                service.start(entry, work: entry.work, nowMs: now)
                outcome.started += counts
                if let foreseen = forecasts[entry.id], now > foreseen.latestStartMs {
                    outcome.beyondStatedError += counts
                }
            }
            if now < measured.lowerBound { outcome.servedMs = 0 }
            now = min(nextArrival, service.nextEndMs ?? .max, queue.earliestDeadlineMs ?? .max, measured.upperBound)
        }
        return outcome
    }

    private static func entry(
        _ id: Int, _ load: Load, nowMs: Int64, _ random: inout SeededGenerator
    ) -> QueueEntry {
        let tenant = min(Int.random(in: 0..<12, using: &random), Int.random(in: 0..<12, using: &random))
        let tier = load.tiers.randomElement(using: &random) ?? .standard
        return QueueEntry(
            id: "\(id)", tenant: "t\(tenant)", tier: tier,
            work: .random(in: 50...(tenant % 2 == 0 ? 400 : 4_000), using: &random), arrivalMs: nowMs,
            deadlineMs: nowMs + patienceMs[tier.rawValue])
    }
}
