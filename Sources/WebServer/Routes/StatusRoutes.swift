package import Hummingbird
import NIOCore
package import OpenAI

/// What is asked about the server itself: `/health`, `/ready` and `/metrics`, which tell nothing of anybody.
package struct StatusRoutes: Sendable {
    private let worker: any Worker
    private let running: RunningRequests
    private let registry: PrometheusRegistry

    package init(worker: any Worker, running: RunningRequests, registry: PrometheusRegistry) {
        self.worker = worker
        self.running = running
        self.registry = registry
    }

    /// 200 when a request sent now would be served: at once, or when the machine's owner is done with it.
    package func health() async throws(APIError) -> Response {
        guard !running.isDraining else { throw running.refusal }
        guard await worker.isReady else { throw .unavailable("The model is still being loaded.") }
        return .json((worker.pauseReason.map { HealthAnswer.yielding(reason: $0) } ?? .ok).json)
    }

    /// 200 when requests are let in, whether or not a worker is there: those of a gateway come and go, and requests wait
    /// for them.
    package func ready() throws(APIError) -> Response {
        guard !running.isDraining else { throw running.refusal }
        return .json(HealthAnswer.ok.json)
    }

    package func metrics() -> Response {
        Response(
            status: .ok, headers: [.contentType: PrometheusText.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: registry.text())))
    }
}
