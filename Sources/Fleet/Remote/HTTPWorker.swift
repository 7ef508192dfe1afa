package import AsyncHTTPClient
import NIOCore
package import OpenAI
import Synchronization

/// A worker that is reached by HTTP: one of ours, or a plain engine with an OpenAI endpoint. Which of them it is turns
/// out with each `describe`.
package final class HTTPWorker: RemoteWorker {
    package let endpoint: WorkerEndpoint
    private let connection: WorkerConnection
    private let dialect = Mutex<(any WorkerDialect)?>(nil)

    /// - Parameters:
    ///   - client: shared by all workers; made by `configuration`, and shut down by its owner.
    ///   - timer: runs the deadlines.
    package init(_ endpoint: WorkerEndpoint, client: HTTPClient, timer: DeadlineTimer = .eventLoop) {
        self.endpoint = endpoint
        connection = WorkerConnection(endpoint, client: client, timer: timer)
    }

    /// What the client of all workers must be like.
    ///
    /// - Parameters:
    ///   - connections: the most to one worker; what would need another waits for it as for a connection.
    ///   - connectDeadline: the longest wait for a connection.
    package static func configuration(
        connections: Int = 1 << 20, connectDeadline: Duration = .seconds(2)
    ) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: TimeAmount(connectDeadline)))
        // Our workers' sequences share a connection in a form of our own (`SequenceProtocol`).
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(1, connections)
        configuration.connectionPool.idleTimeout = .seconds(30)
        // A worker that cannot be reached is left at once for another.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    package func describe() async throws -> RemoteDescription {
        let found = try await findDialect()
        let last = dialect.withLock { dialect in
            defer { dialect = found }
            return dialect
        }
        last?.close()
        return found.description
    }

    private func findDialect() async throws -> any WorkerDialect {
        if let found = try await GleanerDialect(connection) { return found }
        let list = try await EngineModels.ask(connection)
        switch list.maker {
        case VLLMEngine.maker: return try await VLLMEngine(connection, list)
        case SGLangEngine.maker: return try await SGLangEngine(connection, list)
        case LlamaServer.maker: return try await LlamaServer(connection, list)
        default:
            throw RemoteFailure.broken(
                "its models are made by '\(WorkerWords.excerpt(list.maker))', no engine that we know")
        }
    }

    package func followLoad(_ report: @escaping @Sendable (LoadReport) -> Void) async throws {
        try await known.followLoad(report)
    }

    package func tokenize(_ request: GenerationRequest) async throws -> [[Int32]] {
        try await known.tokenize(request)
    }

    package func start(
        _ request: GenerationRequest, deliver: @escaping @Sendable (SequenceEvent) -> Void
    ) -> any RemoteSequence {
        guard let dialect = try? known else {
            deliver(.ended(.failed(.lost("it was not described yet")), nil))
            return HTTPSequence {}
        }
        return dialect.start(request, deliver: deliver)
    }

    /// Ends all requests that run; the shared client stays.
    package func close() async { connection.close() }

    private var known: any WorkerDialect {
        get throws(RemoteFailure) {
            guard let dialect = dialect.withLock({ $0 }) else { throw .lost("it was not described yet") }
            return dialect
        }
    }
}
