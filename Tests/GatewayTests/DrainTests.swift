import Gateway
import JSON
import Logging
import OpenAI
import ServiceLifecycle
import Testing
import WebServer
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct DrainTests {
    private func stream(_ client: Client) async throws {
        try await client.post("/v1/chat/completions", TestServer.body(#","stream":true"#))
    }

    /// Told to stop, the server lets the running stream finish, refuses new requests, and says so in `/health` and `/ready`.
    @Test func runningStreamsFinish() async throws {
        let worker = FakeWorker(.byHand)
        let clock = ManualClock()
        try await TestServer.running(worker, clock: clock) { server in
            try await server.connected { client in
                try await stream(client)
                #expect(await worker.happening() == .started(model: "demo"))
                await server.stop()
                await clock.waitForSleeper(.seconds(30))
                for (path, status) in [("/health", 503), ("/ready", 503), ("/metrics", 200), ("/v1/models", 200)] {
                    #expect(try await server.get(path).status == status, "\(path)")
                }
                let refused = try await server.chat()
                #expect(refused.status == 503 && refused["retry-after"] == "1")
                worker.generations[0].yield(.delta(choice: 0, text: "to the end", completionTokens: 1))
                worker.generations[0].yield(.finished(choice: 0, reason: .stop, completionTokens: 1))
                worker.generations[0].finish()
                #expect(try streamedText(try await client.response()) == "to the end")
                #expect(try await client.readToEnd() == "", "then the connection closes")
            }
        }
    }

    /// After the deadline a stream ends with an error that says why; the worker is told.
    @Test func streamsBeyondTheDeadlineAreEnded() async throws {
        let worker = FakeWorker(.byHand)
        let clock = ManualClock()
        try await TestServer.running(worker, clock: clock) { server in
            try await server.connected { client in
                try await stream(client)
                #expect(await worker.happening() == .started(model: "demo"))
                await server.stop()
                await clock.waitForSleeper(.seconds(30))
                clock.advance(by: .seconds(30))
                var answer = try await client.response()
                answer.chunks.removeAll { $0.hasPrefix(":") }
                #expect(try JSON.parse(String(answer.body.dropFirst(6)))["error"]?["code"] == "service_unavailable")
                #expect(await worker.happening() == .cancelled(model: "demo"))
            }
        }
    }

    /// A server that is cancelled instead of told to stop ends at once. It listens on a loopback address of its
    /// own, where nobody else can be given the port that it leaves.
    @Test func cancellationEndsTheServer() async throws {
        let host = "127.77.0.1"
        let place = TestLedger()
        let server = GatewayServer(
            worker: FakeWorker(.byHand), ledger: try await place.open(),
            configuration: GatewayConfiguration(host: host, port: 0),
            registry: PrometheusRegistry(), logger: TestServer.quiet)
        let run = Task { try await server.run() }
        let port = try await server.boundPort
        try await Client.connected(to: port, host: host) { client in
            try await client.get("/health")
            #expect(try await client.response().status == 200)
            run.cancel()
            _ = await run.result
            #expect(try await client.readToEnd() == "")
        }
        await #expect(throws: (any Error).self) { try await Client.connected(to: port, host: host) { _ in } }
    }

    @Test func takenPortIsAnErrorThatSaysSo() async throws {
        try await TestServer.running(FakeWorker(.byHand)) { first in
            let second = GatewayServer(
                worker: FakeWorker(.byHand), ledger: first.ledger,
                configuration: GatewayConfiguration(port: first.port),
                registry: PrometheusRegistry(), logger: TestServer.quiet)
            let error = await #expect(throws: ListenError.self) { try await second.run() }
            #expect(error?.description.contains("127.0.0.1:\(first.port)") == true)
            await #expect(throws: ListenError.self) { try await second.boundPort }
        }
    }
}
