import Foundation
import Gateway
import JSON
import Ledger
import PrivatePostgreSQL
import TestSupport
import Testing

/// A day of random traffic through the real thing: streams, whole answers, clients that leave, errors, requests sent
/// again, restarts. At its end engine counters, usage, entries and statements tell one total.
@Suite(.serialized, .timeLimit(.minutes(10))) struct DayTests {
    private static let stores = PrivatePostgreSQL.isAvailable ? ["SQLite", "PostgreSQL"] : ["SQLite"]

    @Test(arguments: stores) func everythingTellsOneTotal(_ store: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("day-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let place = try await Self.place(store, folder)
        let buyers = try await Buyer.makeAll(in: place)
        for run in 0..<3 {
            // Little room, so that sequences preempt each other and some requests are refused.
            try await DemoServer.run(kvBytes: 4 << 20, sequences: 6, waiting: 12, database: place) { server in
                try await Self.traffic(server, buyers, seed: UInt64(run))
            }
        }
        let ledger = try await Ledger(database: place.open()) { Int64(Date.now.timeIntervalSince1970 * 1000) }
        let report = try await ledger.verify()
        #expect(report.discrepancy == nil, "\(report.discrepancy.map(String.init(describing:)) ?? "")")
        #expect(report.notComparable.isEmpty)
        let totals = report.totals
        #expect(totals.countedGeneratedTokens == totals.outputTokens + totals.unsentTokens)
        #expect(totals.countedPromptTokens == totals.prefilledTokens && totals.outputTokens > 0)
        #expect(totals.charged == totals.posted && totals.charged > .zero)
        var stated = PicoUSD.zero
        for buyer in buyers {
            for month in Self.months(around: ledger.nowMs()) {
                let statement = try await ledger.statement(tenant: buyer.tenant, month: month)
                #expect(statement.agrees)
                stated += statement.usage.reduce(.zero) { $0 + $1.charge }
            }
        }
        #expect(stated == totals.charged)
        #expect(totals.unsentTokens > 0, "no client left in the middle")
        await ledger.close()
    }

    private static func place(_ store: String, _ folder: URL) async throws -> DatabaseLocation {
        guard store == "PostgreSQL" else {
            return try DatabaseLocation(folder.appendingPathComponent("ledger.db").path)
        }
        let server = try await PrivatePostgreSQL.shared()
        return try DatabaseLocation(server.url(of: try await server.makeDatabase()))
    }

    /// The day may end at a month's end.
    private static func months(around nowMs: Int64) -> Set<CalendarMonth> {
        [CalendarMonth(containingMs: nowMs - 600_000), CalendarMonth(containingMs: nowMs)]
    }

    private static func traffic(_ server: DemoServer, _ buyers: [Buyer], seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let visits = (0..<40).map { Visit(number: $0 + Int(seed) * 1000, buyers: buyers, using: &random) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, visit) in visits.enumerated() {
                if index >= 10 { try await group.next() }
                group.addTask { try await visit.make(at: server) }
            }
            try await group.waitForAll()
        }
    }
}

/// A tenant with its key: some have much money, one has almost none.
private struct Buyer: Sendable {
    let tenant: String
    let key: String

    static func makeAll(in place: DatabaseLocation) async throws -> [Buyer] {
        let ledger = try await Ledger(database: place.open()) { Int64(Date.now.timeIntervalSince1970 * 1000) }
        try await ledger.setPool(Pool(id: "local", operatorID: "olga", operatorShare: try #require(Share("70%"))))
        let prices = try TokenPrices.perMillion(input: "0.15", cached: "0.075", output: "0.6")
        _ = try await ledger.setPrice(model: DemoServer.model, tier: .standard, base: prices)
        let cheap = try TokenPrices.perMillion(input: "0.07", cached: "0.003625", output: "0.3")
        _ = try await ledger.setPrice(model: DemoServer.model, tier: .flex, base: cheap)
        var buyers: [Buyer] = []
        for (tenant, credit) in [("rich", "10"), ("poor", "0.00008"), ("other", "3")] {
            _ = try await ledger.addTenant(id: tenant)
            let amount = try #require(PicoUSD(decimal: credit))
            _ = try await ledger.deposit(amount, tenant: tenant, id: "start-\(tenant)")
            buyers.append(Buyer(tenant: tenant, key: try await ledger.addKey(role: .tenant, tenant: tenant).key.text))
        }
        await ledger.close()
        return buyers
    }
}

/// One request as a client makes it.
private struct Visit: Sendable {
    enum Manner: CaseIterable { case whole, streamed, leaving, twice, wrongModel, tooLong }

    let manner: Manner
    let headers: [(String, String)]
    let body: JSON
    let number: Int
    /// Events after which a leaving client goes.
    let patience: Int

    init(number: Int, buyers: [Buyer], using random: inout SeededGenerator) {
        let buyer = buyers.randomElement(using: &random) ?? buyers[0]
        manner = Manner.allCases.randomElement(using: &random) ?? .whole
        patience = .random(in: 1...12, using: &random)
        self.number = number
        headers = [("authorization", "Bearer \(buyer.key)")]
        let tier = ["auto", "flex", "batch"].randomElement(using: &random) ?? "auto"
        let isStreaming = manner == .streamed || manner == .leaving || (manner == .twice && number % 2 == 0)
        let content = String(repeating: "Tell me of the sea. ", count: manner == .tooLong ? 2000 : 1 + number % 9)
        // Whoever leaves does so long before the end.
        let tokens = manner == .leaving ? 300 : Int.random(in: 1...80, using: &random)
        body = .object(
            JSONObject([
                ("model", .string(manner == .wrongModel ? "none" : DemoServer.model)),
                ("messages", .array([["role": "user", "content": .string(content)]])),
                ("max_tokens", .int(tokens)), ("service_tier", .string(tier)),
                ("n", .int(.random(in: 1...2, using: &random))),
                ("ignore_eos", .bool(manner == .leaving || number % 3 == 0)),
                ("stream", .bool(isStreaming)),
            ]))
    }

    func make(at server: DemoServer) async throws {
        switch manner {
        case .whole, .wrongModel, .tooLong: _ = try await server.post("/v1/chat/completions", body, headers: headers)
        case .streamed: for try await _ in try await server.events(body, headers: headers) {}
        case .leaving:
            var left = patience
            for try await _ in try await server.events(body, headers: headers) {
                left -= 1
                if left == 0 { break }
            }
        case .twice:
            let headers = headers + [("idempotency-key", "visit-\(number)")]
            for _ in 0..<2 { for try await _ in try await server.events(body, headers: headers) {} }
        }
    }
}
