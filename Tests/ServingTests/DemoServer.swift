import AsyncHTTPClient
import Engine
import Foundation
import Gateway
import JSON
import Logging
import NIOCore
import NIOHTTP1
import Node
import TestSupport

/// The real thing in one process: the demo model, its engine, and the front door on a free port of the
/// loopback interface.
struct DemoServer: Sendable {
    static let model = "gleaner-demo"
    let base: String
    let registry: PrometheusRegistry

    /// Serves for as long as `test` takes.
    ///
    /// - Parameter kvBytes: size of the KV store; small ones make the scheduler preempt.
    static func run(
        kvBytes: Int = 256 << 20, waiting: Int = 256, test: @escaping @Sendable (DemoServer) async throws -> Void
    ) async throws {
        var log = Logger(label: "gleaner.tests")
        log.logLevel = .critical
        let registry = PrometheusRegistry()
        var options = ModelOptions(
            path: TestData.packageRoot.appendingPathComponent("Demo/gleaner-demo-q8_0.gguf").path)
        options.name = model
        options.kvBytes = kvBytes
        options.engine.waitingLimit = waiting
        let worker = NodeWorker(models: [try ServedModel.load(options, metrics: registry, log: log)])
        let server = GatewayServer(
            worker: worker, configuration: GatewayConfiguration(port: 0), registry: registry, logger: log)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let port = try await server.boundPort
            try await test(DemoServer(base: "http://127.0.0.1:\(port)", registry: registry))
            group.cancelAll()
        }
        await worker.stop()
    }

    /// Sends a JSON body and returns status and parsed answer.
    func post(_ path: String, _ body: JSON) async throws -> (status: Int, body: JSON) {
        let response = try await send(path, body)
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return (Int(response.status.code), try JSON.parse(String(buffer: bytes)))
    }

    func get(_ path: String) async throws -> String {
        let request = HTTPClientRequest(url: base + path)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        return String(buffer: try await response.body.collect(upTo: 64 << 20))
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
    func events(_ body: JSON) async throws -> AsyncThrowingStream<String, any Error> {
        let response = try await send("/v1/chat/completions", body)
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

    private func send(_ path: String, _ body: JSON) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: base + path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: body.serialized()))
        return try await HTTPClient.shared.execute(request, timeout: .seconds(300))
    }
}

struct StreamEndedEarly: Error {}
