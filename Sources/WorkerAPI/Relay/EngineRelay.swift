package import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import OpenAI
import WebServer

/// An engine beside this process whose HTTP interface is passed on as it is.
package struct EngineRelay: Sendable {
    /// `http://host:port`, without a slash at the end.
    let address: String
    let client: HTTPClient
    /// Whether the engine runs and answers.
    let isReady: @Sendable () -> Bool

    private static let maximumMetricsBytes = 16 << 20
    private static let questionDeadline = TimeAmount.seconds(5)

    package init(address: String, client: HTTPClient, isReady: @escaping @Sendable () -> Bool) {
        self.address = address
        self.client = client
        self.isReady = isReady
    }

    /// Whether it answers requests for its models now.
    package func isAnswering() async -> Bool {
        let models = HTTPClientRequest(url: address + "/v1/models")
        let answer = try? await client.execute(models, timeout: Self.questionDeadline)
        return answer?.status == .ok
    }

    /// The engine's metrics; nil when it has none.
    func metrics() async throws(APIError) -> ByteBuffer? {
        do {
            let answer = try await client.execute(
                HTTPClientRequest(url: address + "/metrics"), timeout: Self.questionDeadline)
            return answer.status == .ok ? try await answer.body.collect(upTo: Self.maximumMetricsBytes) : nil
        } catch {
            throw Self.unreachable
        }
    }

    /// Passes a request on.
    ///
    /// - Parameter stream: stands for the request among those that run: the exchange ends with it.
    func exchange(
        _ request: Request, body: ByteBuffer?, context: WebContext, _ stream: GenerationStream.Continuation
    ) async throws -> RelayedExchange {
        guard isReady() else { throw Self.unreachable }
        var outgoing = HTTPClientRequest(url: address + request.uri.path)
        outgoing.headers.add(name: "x-request-id", value: context.requestID)
        if let body {
            outgoing.method = .POST
            outgoing.headers.add(name: "content-type", value: "application/json")
            outgoing.body = .bytes(body)
        }
        let exchange = RelayedExchange(outgoing, client)
        stream.onCancel { [weak exchange] in exchange?.cancel(throwing: APIError.draining) }
        return exchange
    }

    /// What to say for an error of the client's.
    static func meaning(of error: any Error) -> any Error {
        error is APIError || error is CancellationError ? error : unreachable
    }

    static let unreachable = APIError(
        status: 503, message: "The engine of this worker does not answer; it is being started again.",
        type: "server_error", code: "engine_unavailable", retryAfterSeconds: 1)
}
