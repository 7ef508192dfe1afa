import Ledger
import TestSupport
import Testing

/// A day of random traffic through the ledger's front door, and what it should come to.
struct RandomDay {
    private var generator: SeededGenerator
    private let test: TestLedger
    private let ledger: Ledger
    private var keys: [String: String] = [:]
    /// What the engines count, by worker.
    private(set) var counters: [String: (prompt: Int, generated: Int)] = [:]
    private(set) var charged = PicoUSD.zero
    private(set) var settled = 0
    private(set) var outputTokens = 0

    static let closedWorkers = ["w0", "w1", "w2"]
    /// Ends without a last word.
    static let dyingWorker = "dying"
    static let plainID = "plain"

    /// - Parameters:
    ///   - numRequests: two more stay open.
    ///   - stepMs: the most time between two requests.
    static func run(
        seed: UInt64, numRequests: Int = 60, stepMs: Int64 = 1_800_000, _ test: TestLedger, _ ledger: Ledger
    ) async throws -> RandomDay {
        var day = RandomDay(generator: SeededGenerator(seed: seed), test: test, ledger: ledger)
        try await day.open()
        try await day.plainRequest()
        for number in 0..<numRequests {
            try await day.request(number, of: numRequests)
            test.clock.advance(ms: .random(in: 0..<stepMs, using: &day.generator))
        }
        try await day.close()
        return day
    }

    private init(generator: SeededGenerator, test: TestLedger, ledger: Ledger) {
        self.generator = generator
        self.test = test
        self.ledger = ledger
    }

    private func open() async throws {
        _ = try await ledger.addTenant(id: "beta", creditLimit: nil)
        try await ledger.setPool(Pool(id: "west", operatorID: "otto", operatorShare: try #require(Share("2/3"))))
        try await ledger.setPool(Pool(id: "north", operatorID: "olga", operatorShare: try #require(Share("1/7"))))
        let night = try PriceWindow(
            startMinute: 1320, endMinute: 360, prices: .perToken(input: "0.0000001", output: "0.000000333333"))
        let day = try TokenPrices.perToken(input: "0.00000017", cached: "0.00000003", output: "0.000000711111")
        for tier in [ServiceTier.standard, .batch] {
            _ = try await ledger.setPrice(model: "n", tier: tier, base: day, windows: [night])
        }
        _ = try await ledger.deposit(try #require(PicoUSD(decimal: "3")), tenant: "acme", id: "second")
    }

    private mutating func close() async throws {
        for number in 0..<2 {
            let request = try await admit("open-\(number)", model: "m")
            try await ledger.note([segment(0, worker: Self.dyingWorker, output: 3)], of: request.requestID)
        }
        let entry = try await ledger.deposit(try #require(PicoUSD(decimal: "0.5")), tenant: "beta", id: "mistake")
        _ = try await ledger.reverse(entryID: entry.draft.id, id: "undo")
        _ = try await ledger.payOut(PicoUSD(pico: 1_000_000), operatorID: "olga", id: "advance")
        for worker in Self.closedWorkers + [Self.dyingWorker] {
            let counted = counters[worker] ?? (0, 0)
            try await ledger.recordCounters(
                worker: worker, startedMs: 1, promptTokens: counted.prompt, generatedTokens: counted.generated,
                isClosed: worker != Self.dyingWorker)
        }
    }

    private mutating func admit(_ id: String, model: String? = nil) async throws -> AdmissionRequest {
        let tenant = Bool.random(using: &generator) ? "acme" : "beta"
        var keyID: String?
        if Bool.random(using: &generator) {
            if keys[tenant] == nil { keys[tenant] = try await ledger.addKey(role: .tenant, tenant: tenant).record.id }
            keyID = keys[tenant]
        }
        let tier = ServiceTier.allCases.randomElement(using: &generator) ?? .standard
        let any = ["m", "n", "unpriced"].randomElement(using: &generator) ?? "m"
        let request = AdmissionRequest(
            requestID: id, tenant: tenant, keyID: keyID, model: model ?? any, tier: tier, promptTokens: 400,
            outputTokens: 200)
        _ = try await ledger.admit(request)
        return request
    }

    private mutating func request(_ number: Int, of all: Int) async throws {
        let request = try await admit("r-\(number)")
        // A price that changes while the request runs does not touch it.
        if number == all / 2 {
            _ = try await ledger.setPrice(
                model: "m", tier: .standard, base: .perToken(input: "0.0000002", output: "0.000001"))
        }
        test.clock.advance(ms: .random(in: 0..<50_000, using: &generator))
        var segments: [SegmentUsage] = []
        for index in 0..<Int.random(in: 1...3, using: &generator) {
            let worker = (Self.closedWorkers + [Self.dyingWorker]).randomElement(using: &generator) ?? "w0"
            // Now and then a worker delivers more than was reserved: nobody pays for that.
            let output = number % 9 == 4 ? 300 : Int.random(in: 0...60, using: &generator)
            segments.append(segment(index, worker: worker, output: output))
        }
        let outcome = Outcome.allCases.randomElement(using: &generator) ?? .completed
        if outcome == .expired {
            try await ledger.note(segments, of: request.requestID)
            test.clock.advance(ms: Ledger.leaseMs)
            #expect(try await ledger.expireReservations() == 1)
        }
        try await settle(SettlementRequest(requestID: request.requestID, outcome: outcome, segments: segments))
    }

    private mutating func settle(_ end: SettlementRequest) async throws {
        let first = try await ledger.settle(end)
        // Saying it again must not count it again.
        let again = try await ledger.settle(end)
        #expect(again.wasSettled && again.charge == first.charge)
        charged += first.charge
        settled += 1
        for segment in end.segments { count(segment) }
    }

    /// A paid request whose every number is known.
    private mutating func plainRequest() async throws {
        let keyID = try await ledger.addKey(role: .tenant, tenant: "acme").record.id
        keys["acme"] = keyID
        _ = try await ledger.admit(
            AdmissionRequest(
                requestID: Self.plainID, tenant: "acme", keyID: keyID, model: "m", tier: .standard, promptTokens: 400,
                outputTokens: 200))
        let segment = SegmentUsage(
            worker: "w0", pool: "east", promptTokens: 100, cachedTokens: 20, outputTokens: 30, prefilledTokens: 100)
        try await settle(SettlementRequest(requestID: Self.plainID, outcome: .completed, segments: [segment]))
        // The hour is its own.
        test.clock.advance(ms: 3_600_000)
    }

    private mutating func segment(_ index: Int, worker: String, output: Int) -> SegmentUsage {
        let prompt = index == 0 ? Int.random(in: 1...400, using: &generator) : 0
        let replayed = index == 0 ? 0 : Int.random(in: 0...400, using: &generator)
        return SegmentUsage(
            index: index, worker: worker,
            pool: ["east", "west", "north"].randomElement(using: &generator) ?? "east", promptTokens: prompt,
            cachedTokens: Int.random(in: 0...prompt, using: &generator), outputTokens: output,
            unsentTokens: Int.random(in: 0...3, using: &generator), prefilledTokens: prompt + replayed,
            replayedTokens: replayed,
            began: index == 0 ? .first : SegmentUsage.Beginning.allCases.randomElement(using: &generator))
    }

    private mutating func count(_ segment: SegmentUsage) {
        counters[segment.worker, default: (0, 0)].prompt += segment.prefilledTokens
        counters[segment.worker, default: (0, 0)].generated += segment.outputTokens + segment.unsentTokens
        outputTokens += segment.outputTokens
    }
}
