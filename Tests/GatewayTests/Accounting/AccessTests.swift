import Ledger
import OpenAI
import Testing
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct AccessTests {
    /// Every route that needs a key, and a body for those that take one.
    private static let routes = [
        "/v1/chat/completions", "/v1/completions", "/v1/models", "/v1/models/demo", "/v1/billing/requests",
    ]
    /// Those for keys that read for the whole platform.
    private static let readerRoutes = [
        "/v1/organization/usage/completions?start_time=1", "/v1/organization/costs?start_time=1",
    ]

    private static func ask(_ server: TestServer, _ route: String, key: String?) async throws -> HTTPAnswer {
        let headers = key.map { "authorization: Bearer \($0)\r\n" } ?? ""
        let bodies = [
            "/v1/chat/completions": TestServer.body(), "/v1/completions": #"{"model":"demo","prompt":"Hi"}"#,
            "/v1/billing/requests": #"{"requestIds":[]}"#,
        ]
        guard let body = bodies[route] else { return try await server.get(route, headers: headers) }
        return try await server.connected { client in
            try await client.post(route, body, headers: headers)
            return try await client.response()
        }
    }

    @Test func whereThereAreTenantsAKeyIsNeeded() async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            let key = try await server.ledger.addBuyer()
            var broken = Array(key.text)
            broken[20] = broken[20] == "0" ? "1" : "0"
            let stranger = APIKey.generate(role: .tenant).text
            for route in Self.routes + Self.readerRoutes {
                let expected = Self.readerRoutes.contains(route) ? 403 : 200
                #expect(try await Self.ask(server, route, key: key.text).status == expected, "\(route)")
                for bad in [nil, "", "sk-123", String(broken), stranger, key.text.uppercased(), key.text + "0"] {
                    let answer = try await Self.ask(server, route, key: bad)
                    #expect(answer.status == 401 && answer["www-authenticate"] == "Bearer", "\(route) \(bad ?? "none")")
                    #expect(!answer.body.contains(key.text.suffix(20)))
                }
            }
            #expect(try await server.get("/health").status == 200)
            #expect(try await server.get("/metrics").status == 200)
        }
    }

    /// Within the two seconds that a server's copy of the directory may be old, of the five that are promised.
    @Test func aRevokedKeyIsRefusedEverywhere() async throws {
        let clock = WallClock()
        let worker = FakeWorker(.events(FakeWorker.hello))
        try await TestServer.running(worker, ledger: TestLedger { clock.nowMs }) { server in
            let key = try await server.ledger.addBuyer()
            #expect(try await Self.ask(server, Self.routes[0], key: key.text).status == 200)
            _ = try await server.ledger.revokeKey(key.id)
            clock.advance(ms: 2000)
            for route in Self.routes {
                #expect(try await Self.ask(server, route, key: key.text).status == 401, "\(route)")
            }
        }
    }

    /// What each role may do, route by route, as the help of `gleaner keys` and the page on money say it.
    @Test(arguments: [
        (KeyRole.tenant, Set(routes)), (.admin, Set(readerRoutes + ["/v1/models", "/v1/models/demo"])),
        (.readOnly, Set(readerRoutes + ["/v1/models", "/v1/models/demo"])),
    ])
    func aRoleMayDoThisAndNothingElse(_ role: KeyRole, _ allowed: Set<String>) async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        try await TestServer.running(worker) { server in
            let buyer = try await server.ledger.addBuyer()
            let key = role == .tenant ? buyer : try await server.ledger.addKey(role: role, tenant: nil).key
            for route in Self.routes + Self.readerRoutes {
                let answer = try await Self.ask(server, route, key: key.text)
                #expect(answer.status == (allowed.contains(route) ? 200 : 403), "\(route)")
                #expect(answer.status == 200 || answer.body.contains("insufficient_permissions"), "\(route)")
            }
            #expect(worker.prepared.count == (role == .tenant ? 2 : 0), "who may not generate has nothing prepared")
        }
    }

    /// The platform's keys see what every tenant used, whoever asks.
    @Test(arguments: [KeyRole.admin, .readOnly]) func readersSeeAllTenants(_ role: KeyRole) async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            // All before the first request: a server may take a moment to hear of a new key.
            let reader = try await server.ledger.addKey(role: role, tenant: nil).key.text
            for key in [try await server.ledger.addBuyer("one"), try await server.ledger.addBuyer("two")] {
                #expect(try await Self.ask(server, Self.routes[0], key: key.text).status == 200)
            }
            let start = server.ledger.nowMs() / 1000 - 3600
            for path in ["usage/completions", "costs"] {
                let route = "/v1/organization/\(path)?start_time=\(start)&group_by=project_id"
                let answer = try await Self.ask(server, route, key: reader)
                #expect(answer.body.contains(#""project_id":"one""#) && answer.body.contains(#""project_id":"two""#))
            }
        }
    }

    @Test func pricesStandInTheListOfModels() async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            let key = try await server.ledger.addBuyer()
            let answer = try await Self.ask(server, "/v1/models", key: key.text)
            let pricing = #""pricing":{"prompt":"0.000001","completion":"0.00001","input_cache_read":"0.0000005"}"#
            #expect(answer.body.contains(pricing))
        }
    }
}
