import JSON
import Logging
import OpenAI
import ServiceLifecycle
import WebServer
import WebTestSupport
import WorkerAPI

/// A worker's server on a free port of this machine, with a fake worker behind it.
struct TestWorkerServer: Sendable {
    let port: Int
    let server: WorkerServer
    private let group: ServiceGroup

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Starts a server, runs `body` and stops it.
    static func running<Value: Sendable>(
        _ worker: FakeWorker, token: String? = nil, limits: ServerLimits = ServerLimits(), tls: ServerTLS? = nil,
        clock: any Clock<Duration> = ContinuousClock(), _ body: @Sendable (TestWorkerServer) async throws -> Value
    ) async throws -> Value {
        let settings = ServerSettings(address: ListenAddress(host: "127.0.0.1", port: 0), limits: limits, tls: tls)
        let server = WorkerServer(
            worker: worker,
            configuration: WorkerConfiguration(
                server: settings, token: token.flatMap { BearerToken($0) }, systemFingerprint: "fp_test"),
            registry: PrometheusRegistry(), logger: quiet, clock: clock)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: quiet))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let running = TestWorkerServer(port: try await server.boundPort, server: server, group: group)
            let value = try await body(running)
            await group.triggerGracefulShutdown()
            tasks.cancelAll()
            while await tasks.nextResult() != nil {}
            return value
        }
    }

    /// Tells the server to stop, as SIGTERM does.
    func stop() async { await group.triggerGracefulShutdown() }

    func connected<Value: Sendable>(_ body: @Sendable (inout Client) async throws -> Value) async throws -> Value {
        try await Client.connected(to: port, body)
    }

    func get(_ path: String, headers: String = "") async throws -> HTTPAnswer {
        try await connected { client in
            try await client.get(path, headers: headers)
            return try await client.response()
        }
    }

    func post(_ path: String, _ body: String, headers: String = "") async throws -> HTTPAnswer {
        try await connected { client in
            try await client.post(path, body, headers: headers)
            return try await client.response()
        }
    }

    /// The body of a request as gateways send it.
    static func body(_ members: String = "", prompt: [Int32] = [1, 2, 3]) -> String {
        #"{"model":"demo","prompt":\#(prompt),"stream":true,"return_token_ids":true,"#
            + #""stream_options":{"include_usage":true}\#(members)}"#
    }
}

extension HTTPAnswer {
    var json: JSON { get throws { try JSON.parse(body) } }

    var errorCode: String? { (try? json)?["error"]?["code"]?.string }

    /// What the server-sent events of a body hold, comments left out.
    var events: [String] {
        body.split(separator: "\n\n").filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
    }
}
