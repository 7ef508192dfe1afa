import JSON
import Ledger
import OpenAI
import Testing
import WebTestSupport

/// OpenAI's pages of usage and costs, and the bills that resellers pull.
@Suite(.timeLimit(.minutes(10))) struct OrganizationTests {
    /// Two buyers with two answers each, and a key that may read.
    private static func serving(
        _ body: @Sendable (TestServer, _ reader: String, _ buyers: [String]) async throws -> Void
    ) async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            let keys = [try await server.ledger.addBuyer("one"), try await server.ledger.addBuyer("two")]
            let reader = try await server.ledger.addKey(role: .readOnly, tenant: nil).key
            let headers = keys.map { "authorization: Bearer \($0.text)\r\n" }
            for key in headers + headers { #expect(try await server.chat(headers: key).status == 200) }
            try await body(server, "authorization: Bearer \(reader.text)\r\n", headers)
        }
    }

    @Test func usageByTenant() async throws {
        try await Self.serving { server, reader, _ in
            let path = "/v1/organization/usage/completions?start_time=0&limit=31&bucket_width=1d"
            let start = server.ledger.nowMs() / 1000 - 3600
            let answer = try await server.get(
                path.replacing("start_time=0", with: "start_time=\(start)") + "&group_by[]=project_id", headers: reader)
            let page = try JSON.parse(answer.body)
            #expect(page["object"] == "page" && page["has_more"] == .bool(false) && page["next_page"] == .null)
            let results = page["data"]?.array?.flatMap { $0["results"]?.array ?? [] } ?? []
            #expect(results.map { $0["project_id"]?.string } == ["one", "two"])
            for result in results {
                #expect(result["input_tokens"] == 8 && result["input_cached_tokens"] == 4)
                #expect(result["output_tokens"] == 4 && result["num_model_requests"] == 2 && result["model"] == .null)
            }
        }
    }

    @Test func costsAreExact() async throws {
        try await Self.serving { server, reader, _ in
            let start = server.ledger.nowMs() / 1000 - 3600
            let answer = try await server.get("/v1/organization/costs?start_time=\(start)", headers: reader)
            // Four answers of 0.000023 USD.
            #expect(answer.body.contains(#""amount":{"value":0.000092,"currency":"usd"}"#))
        }
    }

    @Test func tenantsMayNotRead() async throws {
        try await Self.serving { (server, _, buyers) async throws in
            for path in ["/v1/organization/usage/completions?start_time=0", "/v1/organization/costs?start_time=0"] {
                #expect(try await server.get(path, headers: buyers[0]).status == 403)
                #expect(try await server.get(path).status == 401)
            }
        }
    }

    @Test(
        arguments: [
            "", "?start_time=x", "?start_time=-1", "?start_time=1&start_time=2", "?start_time=9&end_time=3",
            "?start_time=0&limit=0", "?start_time=0&limit=999", "?start_time=0&group_by=colour",
            "?start_time=0&color=1",
            "?start_time=0&page=zzz", "?start_time=0&bucket_width=2d", "?start_time=%FF",
        ])
    func badQueriesAreNamed(_ query: String) async throws {
        try await TestServer.running(FakeWorker(.byHand)) { server in
            for path in ["/v1/organization/usage/completions", "/v1/organization/costs"] {
                let answer = try await server.get(path + query)
                #expect(answer.status == 400 && answer.body.contains("invalid_request_error"), "\(path)\(query)")
            }
        }
    }

    @Test func billsAreTheTenantsOwn() async throws {
        try await Self.serving { server, _, buyers in
            let ids = try await server.ledger.usageLines().map { ($0.tenant, $0.requestID) }
            let body = #"{"requestIds":[\#(ids.map { "\"\($0.1)\"" }.joined(separator: ",")),"chatcmpl-none"]}"#
            let answer = try await server.connected { client in
                try await client.post("/v1/billing/requests", body, headers: buyers[0])
                return try await client.response()
            }
            let bills = try JSON.parse(answer.body)["requests"]?.array ?? []
            let own = ids.filter { $0.0 == "one" }.map(\.1)
            #expect(Set(bills.compactMap { $0["requestId"]?.string }) == Set(own))
            #expect(bills.allSatisfy { $0["costNanoUsd"] == 23_000 })
        }
    }
}
