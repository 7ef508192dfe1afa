import Hummingbird
import JSON
import NIOCore
import OpenAI

/// What is asked about the server itself: `/v1/models`, `/health` and `/metrics`.
struct StatusRoutes: Sendable {
    let worker: any Worker
    let running: RunningRequests
    let registry: PrometheusRegistry

    func models() async -> Response { .json(Array(ModelCard.list(await worker.models()).serialized().utf8)) }

    /// - Parameter id: as it stands in the path. It may contain slashes, written plainly or as `%2F`.
    func model(_ id: String) async throws(APIError) -> Response {
        let id = PercentEncoding.decoded(id) ?? id
        guard let model = await worker.models().first(where: { $0.id == id }) else {
            throw .modelNotFound(APIError.excerpt(id))
        }
        return .json(Array(model.json.serialized().utf8))
    }

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
