import Gateway
import JSON
import Ledger
import Logging
import OpenAI
import ServiceLifecycle
import WebServer
import WebTestSupport

/// A server on a free port of this machine, with a fake worker behind it.
struct TestServer: Sendable {
    let port: Int
    let server: GatewayServer
    let registry: PrometheusRegistry
    let ledger: Ledger
    private let group: ServiceGroup
    private let end: Inbox<Void>

    /// Starts a server, runs `body` and stops it.
    /// - Parameters:
    ///   - place: where the ledger is; a new file unless the test keeps one.
    ///   - fill: puts into the new ledger what the test needs.
    static func running<Value: Sendable>(
        _ worker: some Worker, limits: ServerLimits = ServerLimits(),
        clock: any Clock<Duration> = ContinuousClock(), logger: Logger = quiet,
        ledger place: TestLedger = TestLedger(), fleet: FleetFeed? = nil,
        fill: (Ledger) async throws -> Void = { _ in },
        _ body: @Sendable (TestServer) async throws -> Value
    ) async throws -> Value {
        let registry = PrometheusRegistry()
        let configuration = GatewayConfiguration(port: 0, systemFingerprint: "fp_test", limits: limits)
        let ledger = try await place.open()
        try await fill(ledger)
        let server = GatewayServer(
            worker: worker, ledger: ledger, configuration: configuration, registry: registry, logger: logger,
            fleet: fleet, clock: clock)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: quiet))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            let end = Inbox<Void>()
            tasks.addTask {
                defer { end.put(()) }
                try await group.run()
            }
            let running = TestServer(
                port: try await server.boundPort, server: server, registry: registry, ledger: ledger, group: group,
                end: end)
            let value = try await body(running)
            await group.triggerGracefulShutdown()
            tasks.cancelAll()
            while await tasks.nextResult() != nil {}
            await ledger.close()
            return value
        }
    }

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Returns when the server has ended by itself.
    func waitForEnd() async { await end.next() }

    /// Tells the server to stop, as SIGTERM does.
    func stop() async { await group.triggerGracefulShutdown() }

    func connected<Value: Sendable>(_ body: @Sendable (inout Client) async throws -> Value) async throws -> Value {
        try await Client.connected(to: port, body)
    }

    /// Asks for a chat on a connection of its own.
    func chat(_ members: String = "", model: String = "demo", headers: String = "") async throws -> HTTPAnswer {
        try await connected { client in
            try await client.post("/v1/chat/completions", Self.body(members, model: model), headers: headers)
            return try await client.response()
        }
    }

    func get(_ path: String, headers: String = "") async throws -> HTTPAnswer {
        try await connected { client in
            try await client.get(path, headers: headers)
            return try await client.response()
        }
    }

    static func body(_ members: String = "", model: String = "demo") -> String {
        #"{"model":"\#(model)","messages":[{"role":"user","content":"Hi"}]\#(members)}"#
    }
}

/// The text of all choices of a stream that ended well; throws for any other.
func streamedText(_ answer: HTTPAnswer) throws -> String {
    var text = ""
    var events = answer.body.split(separator: "\n\n").map(String.init)
    guard events.popLast() == "data: [DONE]" else { throw ClosedByServer(received: answer.body) }
    for event in events where event.hasPrefix("data: ") {
        let chunk = try JSON.parse(String(event.dropFirst(6)))
        text += chunk["choices"]?.array?.first?["delta"]?["content"]?.string ?? ""
    }
    return text
}
