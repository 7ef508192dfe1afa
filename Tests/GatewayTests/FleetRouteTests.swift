import Gateway
import JSON
import Ledger
import OpenAI
import Testing
import WebServer
import WebTestSupport

/// What a gateway tells controllers, and nobody else.
@Suite(.timeLimit(.minutes(10))) struct FleetRouteTests {
    private static let path = "/internal/v1/fleet"

    private static func feed(_ report: FleetReport) throws -> FleetFeed {
        FleetFeed(token: try #require(BearerToken("between-us"))) { report }
    }

    private static func authorization(_ token: String) -> String { "authorization: Bearer \(token)\r\n" }

    @Test func whoShowsTheTokenIsTold() async throws {
        var model = FleetReport.Model(id: "demo")
        (model.waiting, model.waitingTokens, model.servedTokensPerSecond) = (3, 300.5, 12)
        var worker = FleetReport.Worker(name: "uid", url: "http://w", kind: "k", models: ["demo"])
        (worker.streams, worker.liveTokens, worker.cachedTokens, worker.isFull) = (2, 70, 640, true)
        var departure = FleetReport.Departure(name: "uid0", url: "http://v", age: 4)
        (departure.streamsMoved, departure.longestPause) = (1, 0.5)
        let report = FleetReport(
            gateway: "g", models: [model, FleetReport.Model(id: "unpriced")], workers: [worker],
            departures: [departure])
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello)), fleet: Self.feed(report)) { server in
            _ = try await server.ledger.addBuyer()
            let answer = try await server.get(Self.path, headers: Self.authorization("between-us"))
            #expect(answer.status == 200)
            let json = try JSON.parse(answer.body)
            let models = try #require(json["models"]?.array)
            #expect(models[0]["waiting"] == 3 && models[0]["waiting_tokens"] == 300.5)
            #expect(models[0]["pricing"]?["completion"] == "0.00001" && models[1]["pricing"] == .null)
            let told = try #require(json["workers"]?.array?.first)
            #expect(told["name"] == "uid" && told["streams"] == 2 && told["is_full"] == true)
            let gone = try #require(json["departures"]?.array?.first)
            #expect(gone["streams_moved"] == 1 && gone["longest_pause"] == 0.5 && gone["gone_age"] == .null)
        }
    }

    /// A tenant's key, an admin's or none opens nothing, whatever is set up and wherever the server listens.
    @Test func nobodyElseIs() async throws {
        let feed = try Self.feed(FleetReport(gateway: "g"))
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello)), fleet: feed) { server in
            let open = try await server.get(Self.path)
            #expect(open.status == 401, "no tenant is set up")
            let key = try await server.ledger.addBuyer()
            let admin = try await server.ledger.addKey(role: .admin, tenant: nil).key
            for token in [key.text, admin.text, "between-u", "between-us2"] {
                let answer = try await server.get(Self.path, headers: Self.authorization(token))
                #expect(answer.status == 401 && !answer.body.contains("gleaner.fleet"), "\(token)")
            }
        }
    }

    @Test func withoutATokenThereIsNoSuchPath() async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            let answer = try await server.get(Self.path, headers: Self.authorization("between-us"))
            #expect(answer.status == 404)
        }
    }

    /// Whoever has hung up does not go on waiting for a worker.
    @Test func whoHasGoneIsNotWaitedFor() async throws {
        let worker = WaitingWorker()
        try await TestServer.running(worker) { server in
            _ = try await server.connected { client in
                try await client.post("/v1/chat/completions", TestServer.body())
                await worker.began.next()
            }
            await worker.cancelled.next()
        }
    }
}

/// A worker that prepares a request for as long as somebody waits for it.
private struct WaitingWorker: Worker {
    let id = "waiting"
    let began = Inbox<Void>()
    let cancelled = Inbox<Void>()

    var isReady: Bool { get async { true } }

    func models() async -> [ModelCard] { [ModelCard(id: "demo", created: 1, contextLength: 64)] }

    func counters() async -> WorkerCounters? { nil }

    func prepare(_ request: GenerationRequest) async throws(APIError) -> any PreparedGeneration {
        began.put(())
        let forever = AsyncStream<Never> { _ in }
        for await _ in forever {}
        cancelled.put(())
        throw .unavailable("Nobody waits any more.")
    }
}
