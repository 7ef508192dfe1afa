import AsyncHTTPClient
import Engine
import Foundation
import Gateway
import JSON
import Ledger
import Logging
import NIOCore
import NIOHTTP1
import Node
import ServiceLifecycle
import TestSupport
import WebServer

/// The real thing in one process: the demo model, its engine, and the front door on a free port of the
/// loopback interface.
struct DemoServer: Sendable {
    static let model = "gleaner-demo"
    let base: String
    let registry: PrometheusRegistry
    let ledger: Ledger
    let worker: NodeWorker

    /// Serves for as long as `test` takes.
    ///
    /// - Parameters:
    ///   - kvBytes: size of the KV store; small ones make the scheduler preempt.
    ///   - sequences: how many run at once.
    ///   - waiting: how many may wait.
    ///   - database: of the ledger; a file of its own unless the test keeps one.
    ///   - limits: what clients are held to.
    ///   - log: where everything in it logs; nothing but what is critical unless the test reads it.
    static func run(
        kvBytes: Int = 256 << 20, sequences: Int = 64, waiting: Int = 256, database: DatabaseLocation? = nil,
        limits: ServerLimits = ServerLimits(), log: Logger = quiet,
        test: @escaping @Sendable (DemoServer) async throws -> Void
    ) async throws {
        let registry = PrometheusRegistry()
        var options = ModelOptions(
            path: TestData.packageRoot.appendingPathComponent("Demo/gleaner-demo-q8_0.gguf").path)
        options.name = model
        options.kvBytes = kvBytes
        options.engine.limits.sequences = sequences
        options.engine.waitingLimit = waiting
        let worker = NodeWorker(models: [try ServedModel.load(options, metrics: registry, log: log)])
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("serving-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let place = try database ?? DatabaseLocation(folder.appendingPathComponent("ledger.db").path)
        let ledger = try await Ledger(database: place.open()) { Int64(Date.now.timeIntervalSince1970 * 1000) }
        let server = GatewayServer(
            worker: worker, ledger: ledger, configuration: GatewayConfiguration(port: 0, limits: limits),
            registry: registry, logger: log)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: log))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try await server.boundPort
            try await test(
                DemoServer(base: "http://127.0.0.1:\(port)", registry: registry, ledger: ledger, worker: worker))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await worker.stop()
        await ledger.close()
    }

    static let quiet: Logger = {
        var log = Logger(label: "gleaner.tests")
        log.logLevel = .critical
        return log
    }()

    struct Answer: Sendable {
        let status: Int
        let body: JSON
        fileprivate let headers: HTTPHeaders

        /// The value of a header field.
        subscript(header: String) -> String? { headers.first(name: header) }
    }

    /// Sends a JSON body and returns the parsed answer.
    func post(_ path: String, _ body: JSON, headers: [(String, String)] = []) async throws -> Answer {
        try await post(path, bytes: Array(body.serialized().utf8), headers: headers)
    }

    /// Sends a body as it is.
    func post(_ path: String, bytes: [UInt8], headers: [(String, String)] = []) async throws -> Answer {
        let response = try await send(path, bytes, headers)
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Answer(
            status: Int(response.status.code), body: try JSON.parse(String(buffer: bytes)), headers: response.headers)
    }

    /// Sends a body as it is and returns the status, whatever becomes of the connection behind it.
    func status(_ path: String, bytes: [UInt8]) async throws -> Int { Int(try await send(path, bytes).status.code) }

    func get(_ path: String) async throws -> String {
        let request = HTTPClientRequest(url: base + path)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(600))
        return String(buffer: try await response.body.collect(upTo: 64 << 20))
    }

    /// The value of a metric now.
    func metric(_ name: String) async throws -> Double? { Self.value(name, in: try await get("/metrics")) }

    static func value(_ name: String, in metrics: String) -> Double? {
        metrics.split(separator: "\n").first { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
            .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
    }

    /// Streams a chat and returns the text of choice 0 and the last chunk that carried usage.
    func stream(_ body: JSON) async throws -> (text: String, usage: JSON?) {
        var text = ""
        var usage: JSON?
        for try await data in try await events(body) {
            guard data != "[DONE]" else { return (text, usage) }
            let chunk = try JSON.parse(data)
            text += chunk["choices"]?.array?.first?["delta"]?["content"]?.string ?? ""
            usage = chunk["usage"]?.object == nil ? usage : chunk["usage"]
        }
        throw StreamEndedEarly()
    }

    /// The `data:` fields of a streamed chat.
    func events(
        _ body: JSON, headers: [(String, String)] = []
    ) async throws -> AsyncThrowingStream<String, any Error> {
        let response = try await send("/v1/chat/completions", Array(body.serialized().utf8), headers)
        return AsyncThrowingStream { continuation in
            let task = Task {
                var rest = ""
                do {
                    for try await piece in response.body {
                        rest += String(buffer: piece)
                        var lines = rest.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                        rest = lines.popLast() ?? ""
                        for line in lines where line.hasPrefix("data: ") {
                            continuation.yield(String(line.dropFirst(6)))
                        }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func send(
        _ path: String, _ body: [UInt8], _ headers: [(String, String)] = []
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: base + path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(contentsOf: headers)
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await HTTPClient.shared.execute(request, timeout: .seconds(600))
    }
}

struct StreamEndedEarly: Error {}

/// A chat with one question, greedy.
func chat(_ question: String, _ more: [(String, JSON)] = []) -> JSON {
    let message: JSON = ["role": "user", "content": .string(question)]
    return .object(
        JSONObject([("model", .string(DemoServer.model)), ("messages", .array([message])), ("temperature", 0)] + more))
}
