import Routing
import TestSupport
import Testing

@Suite struct FairnessTests {
    static let minute: Int64 = 60_000

    /// Eight tenants with always forty requests waiting: half of them ask for 20 times as much at a time.
    private struct Crowd {
        var random = SeededGenerator(seed: 4)
        var sent = 0
        let isFair: Bool

        mutating func entry(of tenant: Int, nowMs: Int64) -> QueueEntry {
            sent += 1
            let tokens =
                tenant < 4 ? Int.random(in: 400...600, using: &random) : Int.random(in: 8_000...12_000, using: &random)
            let work = WorkWeights().work(
                uncachedPromptTokens: tokens / 2, cachedPromptTokens: 0, outputTokens: tokens / 4)
            return QueueEntry(
                id: "r\(sent)", tenant: isFair ? "t\(tenant)" : "all", tier: .standard, work: work, arrivalMs: nowMs,
                deadlineMs: .max)
        }
    }

    /// - Parameter guess: the work that the queue is told of a request that really takes `work`.
    private static func serve(
        isFair: Bool, forMs: Int64, guess: (Int64) -> Int64 = { $0 }
    ) -> (service: SimulatedService, tenants: [String: Int]) {
        var crowd = Crowd(isFair: isFair)
        var queue = FairQueue()
        var service = SimulatedService(slots: 16, speed: 3 * WorkWeights.unit)
        var real: [String: Int64] = [:]
        var senders: [String: Int] = [:]
        var charged: [String: Int64] = [:]
        func send(_ tenant: Int, _ nowMs: Int64) {
            let entry = crowd.entry(of: tenant, nowMs: nowMs)
            real[entry.id] = entry.work
            senders[entry.id] = tenant
            queue.enqueue(
                QueueEntry(
                    id: entry.id, tenant: entry.tenant, tier: entry.tier, work: guess(entry.work), arrivalMs: nowMs,
                    deadlineMs: .max))
        }
        for _ in 0..<40 { for tenant in 0..<8 { send(tenant, 0) } }
        var now: Int64 = 0
        while now < forMs {
            let ended = service.finish(nowMs: now)
            for job in ended + service.running {
                // What goes beyond the estimate is charged as it is served, what stays below at the end.
                let (all, estimate) = (real[job.entry.id] ?? 0, charged[job.entry.id] ?? job.entry.work)
                let isEnded = job.endMs <= now
                let served = isEnded ? all : max(estimate, (now - job.startMs) * service.speed)
                queue.charge(job.entry.tenant, in: .standard, served - estimate)
                charged[job.entry.id] = isEnded ? nil : served
            }
            while service.free > 0, case .dispatched(let entry) = queue.next(nowMs: now) {
                service.start(entry, work: real[entry.id] ?? 0, nowMs: now)
                send(senders[entry.id] ?? 0, now)
            }
            now = service.nextEndMs ?? forMs
        }
        return (service, senders)
    }

    private static func lowestIndex(_ service: SimulatedService, forMs: Int64) -> Double {
        stride(from: 30_000, to: forMs - 30_000, by: 5_000).map { start in
            jainIndex((0..<8).map { Double(service.served("t\($0)", start..<start + 30_000)) })
        }.min() ?? 0
    }

    @Test func `tenants of very unequal requests are served alike in every half minute`() {
        let fair = Self.serve(isFair: true, forMs: 5 * Self.minute).service
        #expect(Self.lowestIndex(fair, forMs: 5 * Self.minute) >= 0.98)
    }

    @Test func `wrong estimates are set right when the truth is known`() {
        // The large requests are taken for a tenth of what they are, the small ones for three times.
        let service = Self.serve(isFair: true, forMs: 5 * Self.minute) { $0 > 2_000_000 ? $0 / 10 : $0 * 3 }.service
        #expect(Self.lowestIndex(service, forMs: 5 * Self.minute) >= 0.98)
    }

    @Test func `fairness costs no throughput`() {
        let forMs = 3 * Self.minute
        let fair = Self.serve(isFair: true, forMs: forMs).service
        let plain = Self.serve(isFair: false, forMs: forMs)
        func total(_ service: SimulatedService) -> Int64 {
            Set((service.done + service.running).map(\.entry.tenant)).reduce(0) { $0 + service.served($1, 0..<forMs) }
        }
        #expect(total(fair) == total(plain.service))
        #expect(total(fair) == 16 * forMs)
        // And first come, first served is not fair, or the above would show nothing.
        let shares = (0..<8).map { tenant in
            plain.service.done.reduce(0.0) { $0 + (plain.tenants[$1.entry.id] == tenant ? Double($1.entry.work) : 0) }
        }
        #expect(jainIndex(shares) < 0.6)
    }

    /// The paper's theorem: in any stretch in which both wait, two tenants' service differs by no more than
    /// 2 · max(w_in · longest prompt, w_out · M), for a server that holds M tokens and is charged as it goes.
    @Test(arguments: 1...6) func `the paper's bound holds when output is charged as it is made`(seed: Int) {
        let bound = 2 * max(1 * 400, 2 * 4_000)
        var random = SeededGenerator(seed: UInt64(seed))
        var queue = FairQueue()
        var running: [(entry: QueueEntry, left: Int)] = []
        var outputs: [String: Int] = [:]
        var held = 0
        var service = [String: Int]()
        var lowest = [String: Int]()
        var widest = 0
        var sent = 0
        for step in 0..<2_000 {
            for tenant in ["a", "b", "c"] {
                while queue.waiting(of: tenant).requests < 12 {
                    sent += 1
                    let prompt = tenant == "a" ? 400 : tenant == "b" ? 20 : Int.random(in: 1...400, using: &random)
                    outputs["\(sent)"] =
                        tenant == "a" ? 400 : Int.random(in: 1...(tenant == "b" ? 20 : 400), using: &random)
                    queue.enqueue(
                        QueueEntry(
                            id: "\(sent)", tenant: tenant, tier: .standard, work: Int64(prompt), arrivalMs: Int64(step),
                            deadlineMs: .max))
                }
            }
            while let head = queue.head, let output = outputs[head.id], held + Int(head.work) + output <= 4_000,
                case .dispatched(let entry) = queue.next(nowMs: Int64(step))
            {
                held += Int(entry.work) + output
                service[entry.tenant, default: 0] += Int(entry.work)
                running.append((entry, output))
            }
            for place in running.indices {
                running[place].left -= 1
                service[running[place].entry.tenant, default: 0] += 2
                queue.charge(running[place].entry.tenant, in: .standard, 2)
            }
            for job in running where job.left == 0 { held -= Int(job.entry.work) + (outputs[job.entry.id] ?? 0) }
            running.removeAll { $0.left == 0 }
            for (first, second) in [("a", "b"), ("b", "c"), ("c", "a")] {
                // The widest difference over any stretch is between a difference's peak and its trough.
                let difference = (service[first] ?? 0) - (service[second] ?? 0)
                lowest[first] = min(lowest[first] ?? difference, difference)
                lowest[second + "-"] = max(lowest[second + "-"] ?? difference, difference)
                widest = max(widest, difference - (lowest[first] ?? 0), (lowest[second + "-"] ?? 0) - difference)
            }
        }
        #expect(sent > 400)
        #expect(widest <= bound)
    }

    @Test(arguments: 1...10) func `dispatched work of waiting tenants differs by two requests at most`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var queue = FairQueue()
        var given = [Int64](repeating: 0, count: 5)
        let largest: Int64 = 1_000
        var widest: Int64 = 0
        for id in 0..<3_000 {
            let tenant = id % 5
            let work = Int64.random(in: 1...(tenant == 0 ? largest : 50), using: &random)
            queue.enqueue(Self.entry(id, "t\(tenant)", work))
        }
        while (0..<5).allSatisfy({ queue.waiting(of: "t\($0)").requests > 0 }),
            case .dispatched(let entry) = queue.next(nowMs: 0)
        {
            given[Int(entry.tenant.dropFirst()) ?? 0] += entry.work
            // From the start on all differ by one request; so over any stretch by two.
            widest = max(widest, (given.max() ?? 0) - (given.min() ?? 0))
        }
        #expect(widest <= largest)
        #expect((given.min() ?? 0) > 5_000)
    }

    @Test func `idle time is not saved up`() {
        var queue = FairQueue()
        for id in 0..<400 { queue.enqueue(Self.entry(id, "busy", 10)) }
        queue.enqueue(Self.entry(1_000, "lazy", 10))
        for _ in 0..<200 { _ = queue.next(nowMs: 0) }
        for id in 2_000..<2_400 { queue.enqueue(Self.entry(id, "lazy", 10)) }
        var turns = ["busy": 0, "lazy": 0]
        for _ in 0..<100 {
            if case .dispatched(let entry) = queue.next(nowMs: 0) { turns[entry.tenant, default: 0] += 1 }
        }
        #expect(turns == ["busy": 50, "lazy": 50])
    }

    @Test func `what was done alone counts nothing against one who comes later, nor for one`() {
        var queue = FairQueue()
        for id in 0..<100 {
            queue.enqueue(Self.entry(id, "first", 1_000))
            _ = queue.next(nowMs: 0)
        }
        for id in 100..<110 { queue.enqueue(Self.entry(id, "second", 10)) }
        for id in 110..<120 { queue.enqueue(Self.entry(id, "first", 10)) }
        #expect(queue.counter(of: "first", in: .standard) == queue.counter(of: "second", in: .standard))
    }

    @Test func `a refund gives no more credit than one began with`() {
        var queue = FairQueue()
        queue.enqueue(Self.entry(0, "other", 10))
        queue.enqueue(Self.entry(1, "liar", 10))
        queue.charge("liar", in: .standard, -1_000_000)
        #expect(queue.counter(of: "liar", in: .standard) == queue.counter(of: "other", in: .standard))
        queue.charge("liar", in: .standard, .max)
        queue.charge("liar", in: .standard, .min)
        queue.charge("liar", in: .standard, .min)
        #expect(queue.counter(of: "liar", in: .standard) == queue.counter(of: "other", in: .standard))
    }

    @Test func `a tenant's requests go in the order in which they came`() {
        var random = SeededGenerator(seed: 9)
        var queue = FairQueue()
        for id in 0..<2_000 {
            queue.enqueue(
                Self.entry(id, "t\(Int.random(in: 0..<20, using: &random))", Int64.random(in: 1...90, using: &random)))
        }
        var latest: [String: Int] = [:]
        while case .dispatched(let entry) = queue.next(nowMs: 0) {
            let id = Int(entry.id) ?? -1
            #expect(latest[entry.tenant, default: -1] < id)
            latest[entry.tenant] = id
        }
    }

    @Test func `memory of tenants that wait for nothing is bounded`() {
        var queue = FairQueue(FairQueue.Parameters(maximumIdleTenants: 100))
        queue.enqueue(Self.entry(-1, "waits", 1))
        queue.charge("heavy", in: .standard, 1_000_000)
        for tenant in 0..<5_000 { queue.charge("t\(tenant)", in: .standard, Int64(tenant + 1)) }
        #expect(queue.rememberedTenants == 101)
        #expect(queue.counter(of: "heavy", in: .standard) == 1_000_000, "the heaviest are remembered")
        #expect(queue.counter(of: "t0", in: .standard) == 0)
    }

    private static func entry(_ id: Int, _ tenant: String, _ work: Int64) -> QueueEntry {
        QueueEntry(id: "\(id)", tenant: tenant, tier: .standard, work: work, arrivalMs: 0, deadlineMs: .max)
    }
}
