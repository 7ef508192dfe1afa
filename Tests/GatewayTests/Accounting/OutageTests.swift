import Gateway
import Ledger
import OpenAI
import Synchronization
import Testing
import WebServer
import WebTestSupport

/// The database is gone, full, or cannot be written: what is refused, what goes on, and that nothing is lost.
@Suite(.timeLimit(.minutes(10))) struct OutageTests {
    private static let failures: [StoreError] = [.unavailable("gone"), .diskFull("full"), .readOnly("read-only")]

    private static func serving(
        _ worker: FakeWorker, _ body: @Sendable (TestServer, FailingDatabase, ManualClock) async throws -> Void
    ) async throws {
        let place = TestLedger()
        let clock = ManualClock()
        let ticking = Mutex<Task<Void, Never>?>(nil)
        try await TestServer.running(worker, clock: clock, ledger: place) { server in
            // Until the first request the directory of keys is unknown, and an outage then refuses everything.
            #expect(try await server.get("/v1/models").status == 200)
            try await body(server, try #require(place.database), clock)
            // The server ends when what waits was tried again.
            ticking.withLock { $0 = Task { await clock.tick() } }
        }
        ticking.withLock { $0?.cancel() }
    }

    @Test(arguments: failures) func newRequestsAreRefusedAndRunNothing(_ failure: StoreError) async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        try await Self.serving(worker) { server, database, _ in
            database.fail(with: failure)
            for mode in ["", #","stream":true"#, #","max_tokens":3"#] {
                let answer = try await server.chat(mode)
                #expect(answer.status == 503 && answer["retry-after"] != nil)
            }
            let keyed = try await server.chat(headers: "idempotency-key: k\r\n")
            #expect(keyed.status == 503 && worker.generations.isEmpty)
            for path in ["/v1/organization/usage/completions?start_time=1", "/v1/organization/costs?start_time=1"] {
                #expect(try await server.get(path).status == 503)
            }
            #expect(try await server.get("/health").status == 200)
            database.fail(with: nil)
            #expect(try await server.chat().status == 200)
        }
    }

    @Test(arguments: failures) func whatRunsIsServedAndSettledLater(_ failure: StoreError) async throws {
        let worker = FakeWorker(.byHand)
        try await Self.serving(worker) { server, database, clock in
            try await server.connected { client in
                try await client.post("/v1/chat/completions", TestServer.body(#","stream":true"#))
                _ = await worker.happening()
                database.fail(with: failure)
                for event in FakeWorker.hello { worker.generations[0].yield(event) }
                worker.generations[0].finish()
                _ = try await client.read(through: #""finish_reason":"stop""#)
                // The answer waits a moment for its settlement, and no longer.
                await clock.waitForSleeper(.seconds(2))
                clock.advance(by: .seconds(2))
                _ = try await client.read(through: "[DONE]")
            }
            // The client has its last byte a moment before the server has done with it.
            while server.server.numRunning > 0 { await Task.yield() }
            // It goes on being tried, and whoever watches sees it.
            while server.registry.text().contains("\ngleaner:settlement_retries_total 0\n") {
                clock.advance(by: .seconds(5))
                await Task.yield()
            }
            #expect(server.registry.text().contains("\ngleaner:settlements_pending 1.0\n"))
            database.fail(with: nil)
            var lines: [UsageLine] = []
            while lines.isEmpty {
                clock.advance(by: .seconds(5))
                lines = try await server.ledger.usageLines()
            }
            #expect(lines.count == 1 && lines[0].segment.outputTokens == 2 && lines[0].outcome == .completed)
            while !server.registry.text().contains("\ngleaner:settlements_pending 0.0\n") { await Task.yield() }
            #expect(server.registry.text().contains("\ngleaner:settlements_refused_total 0\n"))
        }
    }

    @Test func aServerThatStopsDoesNotWaitForEver() async throws {
        let worker = FakeWorker(.byHand)
        try await Self.serving(worker) { server, database, clock in
            try await server.connected { client in
                try await client.post("/v1/chat/completions", TestServer.body())
                _ = await worker.happening()
                database.fail(with: .unavailable("gone"))
                for event in FakeWorker.hello { worker.generations[0].yield(event) }
                worker.generations[0].finish()
                await clock.waitForSleeper(.seconds(2))
                clock.advance(by: .seconds(2))
                #expect(try await client.response().status == 200)
            }
            await server.stop()
            await clock.waitForSleeper(.seconds(10))
            clock.advance(by: .seconds(10))
            await server.waitForEnd()
        }
    }
}
