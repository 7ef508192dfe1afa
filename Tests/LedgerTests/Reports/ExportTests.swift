import JSON
import Ledger
import Synchronization
import Testing

@Suite struct ExportTests {
    /// A settled request with 6 prompt tokens that were not cached and 4 that were.
    private static func usage(
        requestID: String = "r", model: String = "m", output: Int = 5
    ) async throws -> ExportedUsage {
        let exported = Mutex<ExportedUsage?>(nil)
        try await TestLedger.with(.sqlite) { test, ledger in
            _ = try await ledger.admit(
                AdmissionRequest(
                    requestID: requestID, tenant: "acme", keyID: nil, model: model, tier: .standard, promptTokens: 10,
                    outputTokens: 5))
            test.clock.advance(ms: 1999)
            let segment = SegmentUsage(
                index: 2, worker: "w", pool: "east", promptTokens: 10, cachedTokens: 4, outputTokens: output)
            _ = try await ledger.settle(
                SettlementRequest(requestID: requestID, outcome: .completed, segments: [segment]))
            let line = try await ledger.allLines(["acme"]).first
            exported.withLock { $0 = line }
        }
        return try #require(exported.withLock { $0 })
    }

    @Test func csvIsQuotedAndNoFormula() async throws {
        let odd = try await Self.usage(model: "=a,\"b\"")
        #expect(
            UsageExport.csv(odd) == """
                r,2,acme,,"'=a,""b""\",default,w,east,10,4,5,0,0,completed,,0,1800000000000,1800000001999,,first
                """)
        let plain = try await Self.usage()
        #expect(
            UsageExport.csv(plain) == """
                r,2,acme,,m,default,w,east,10,4,5,0,0,completed,1,0.0000042,1800000000000,1800000001999,request:r,first
                """)
        let columns = UsageExport.csvHeader.split(separator: ",").count
        #expect(UsageExport.csv(plain).split(separator: ",", omittingEmptySubsequences: false).count == columns)
    }

    @Test func jsonHasEveryField() async throws {
        let json = try JSON.parse(UsageExport.json(try await Self.usage(model: "\"\u{A0}")))
        #expect(json.object?.keys == UsageExport.csvHeader.split(separator: ",").map(String.init))
        #expect(json["model"] == "\"\u{A0}" && json["key_id"] == .null && json["charge_usd"] == "0")
    }

    @Test func stripeEvents() async throws {
        let usage = try await Self.usage()
        let events = UsageExport.stripe(usage, customer: "cus_1")
        #expect(
            events.first == """
                {"event_name":"input_tokens","identifier":"r:2:input_tokens","timestamp":1800000001,\
                "payload":{"stripe_customer_id":"cus_1","value":"6"}}
                """)
        #expect(try events.map { try JSON.parse($0)["payload"]?["value"] } == ["6", "4", "5"])
        let undelivered = try await Self.usage(output: 0)
        #expect(undelivered.isFree && UsageExport.stripe(undelivered, customer: "c").isEmpty)
    }

    @Test func lagoEvents() async throws {
        let event = UsageExport.lago(try await Self.usage(), subscription: "sub_1").last
        #expect(
            event == """
                {"transaction_id":"r:2:output_tokens","external_subscription_id":"sub_1","code":"output_tokens",\
                "timestamp":1800000001,"properties":{"tokens":5,"model":"m","service_tier":"default"}}
                """)
    }

    @Test func longIdsFitStripe() async throws {
        var ids: Set<String> = []
        for end in ["a", "b"] {
            let usage = try await Self.usage(requestID: String(repeating: "x", count: 150) + end)
            for event in UsageExport.stripe(usage, customer: "c") {
                let id = try #require(try JSON.parse(event)["identifier"]?.string)
                #expect(id.unicodeScalars.count <= 100)
                ids.insert(id)
            }
        }
        #expect(ids.count == 6)
    }

    /// Run again it is the same text; every event has its own id; and all together are the tokens that were paid for.
    @Test(arguments: StoreKind.available) func aDayIsExportedOnce(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "5") { test, ledger in
            _ = try await RandomDay.run(seed: 41, test, ledger)
            let lines = try await ledger.allLines(pageSize: 7)
            #expect(try await ledger.allLines(pageSize: 1000) == lines)
            #expect(Set(lines.map { "\($0.line.requestID) \($0.line.segment.index)" }).count == lines.count)
            #expect(Int64(lines.count) == (try await ledger.count("usage_lines")))
            let events = try lines.flatMap { UsageExport.stripe($0, customer: "c") }.map { try JSON.parse($0) }
            #expect(Set(events.compactMap { $0["identifier"]?.string }).count == events.count)
            let sum = events.reduce(0) { $0 + (($1["payload"]?["value"]?.string).flatMap { Int($0) } ?? 0) }
            let byRequest = Dictionary(grouping: lines.map(\.line), by: \.requestID).values
            let paid = byRequest.filter { request in
                request[0].outcome != .failed && request.contains { $0.segment.outputTokens > 0 }
            }.joined()
            #expect(sum == paid.reduce(0) { $0 + $1.segment.promptTokens + $1.segment.outputTokens })
            #expect(paid.count < lines.count)
        }
    }

    @Test(arguments: StoreKind.available) func wrongPagesAreRefused(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { _, ledger in
            for limit in [0, 10_001] {
                await #expect(throws: ReportError.badLimit(limit, most: 10_000)) {
                    try await ledger.usageLines(tenant: "acme", startMs: 0, endMs: 1, limit: limit)
                }
            }
            await #expect(throws: ReportError.badRange(startMs: 1, endMs: 1)) {
                try await ledger.usageLines(tenant: "acme", startMs: 1, endMs: 1)
            }
        }
    }
}
