import Ledger
import OpenAI
import Testing
import WebTestSupport

/// What is sure to be refused is refused before the worker sees its prompt.
@Suite(.timeLimit(.minutes(10))) struct PrecheckTests {
    private static func ask(_ server: TestServer, _ key: APIKey, _ members: String = "") async throws -> HTTPAnswer {
        try await server.chat(members, headers: "authorization: Bearer \(key.text)\r\n")
    }

    @Test(arguments: ["", #","stream":true"#]) func aSuspendedTenantsPromptIsNotRead(_ mode: String) async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        try await TestServer.running(worker) { server in
            let key = try await server.ledger.addBuyer()
            _ = try await server.ledger.changeTenant("acme") { $0.isSuspended = true }
            let answer = try await Self.ask(server, key, mode)
            #expect(answer.status == 403 && answer.body.contains("account_deactivated"))
            #expect(answer["x-should-retry"] == "false" && worker.prepared.count == 0)
        }
    }

    @Test(arguments: [(["other"], nil), (nil, ["other"])] as [(Set<String>?, Set<String>?)])
    func aModelThatIsNotAllowedIsNotAsked(_ tenant: Set<String>?, _ key: Set<String>?) async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        try await TestServer.running(worker) { server in
            let key = try await server.ledger.addBuyer(
                limits: Limits(models: tenant), keyLimits: Limits(models: key))
            let answer = try await Self.ask(server, key)
            #expect(answer.status == 403 && answer.body.contains("model_not_allowed") && worker.prepared.count == 0)
        }
    }

    @Test(arguments: [true, false]) func aRateThatIsUsedUpIsRemembered(_ isTenants: Bool) async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        let (clock, limits) = (WallClock(), Limits(requestsPerMinute: 1))
        try await TestServer.running(worker, ledger: TestLedger { clock.nowMs }) { server in
            let key = try await server.ledger.addBuyer(
                limits: isTenants ? limits : Limits(), keyLimits: isTenants ? Limits() : limits)
            #expect(try await Self.ask(server, key).status == 200)
            let admissions = try await Self.ask(server, key)
            #expect(admissions.status == 429 && worker.prepared.count == 2)
            let remembered = try await Self.ask(server, key)
            // The same answer at the same time.
            #expect(remembered.body == admissions.body && worker.prepared.count == 2)
            for field in ["retry-after", "retry-after-ms", "x-ratelimit-remaining-requests"] {
                #expect(remembered[field] == admissions[field] && remembered[field] != nil, "\(field)")
            }
            clock.advance(ms: 20_000)
            let later = try await Self.ask(server, key)
            #expect(later.status == 429 && later["retry-after"] == "40" && worker.prepared.count == 2)
            #expect(later["x-ratelimit-reset-requests"] == "40s")
            // The wait that was named is enough.
            clock.advance(ms: 40_000)
            #expect(try await Self.ask(server, key).status == 200)
        }
    }

    @Test func aLimitThatIsRaisedHoldsAtOnce() async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        let clock = WallClock()
        try await TestServer.running(worker, ledger: TestLedger { clock.nowMs }) { server in
            let key = try await server.ledger.addBuyer(limits: Limits(requestsPerMinute: 1))
            #expect(try await Self.ask(server, key).status == 200)
            #expect(try await Self.ask(server, key).status == 429)
            _ = try await server.ledger.changeTenant("acme") { $0.limits.requestsPerMinute = 1000 }
            clock.advance(ms: Authenticator.refreshMs)
            #expect(try await Self.ask(server, key).status == 200)
        }
    }
}
