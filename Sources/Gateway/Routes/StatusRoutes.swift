import Hummingbird
import NIOCore
import OpenAI

/// What is asked about the server itself: `/health` and `/metrics`, which need no key and tell nothing of anybody.
struct StatusRoutes: Sendable {
    let worker: any Worker
    let running: RunningRequests
    let registry: PrometheusRegistry

    /// 200 when a request sent now would be served.
    func health() async throws(APIError) -> Response {
        guard !running.isDraining else { throw .shuttingDown }
        guard await worker.isReady else { throw .unavailable("The model is still being loaded.") }
        return .json(Array(#"{"status":"ok"}"#.utf8))
    }

    func metrics() -> Response {
        Response(
            status: .ok, headers: [.contentType: PrometheusText.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: registry.text())))
    }
}
