import Hummingbird
import JSON
import OpenAI
import WebServer

/// `POST /drain`: the worker is about to be taken away. `{"deadline_ms":n}` says how long sequences may go on, 0 not
/// at all; without a body the deadline is the configured one.
struct DrainRoute: Sendable {
    let bodies: BodyReader
    /// Tells those who follow the load that nothing is admitted any more.
    let announce: @Sendable () async -> Void
    let desk: DrainDesk
    let defaultDeadline: Duration

    private static let longestDeadlineMs = 24 * 3600 * 1000

    /// Answers when nothing is admitted any more; sequences go on until the deadline.
    func respond(to request: Request) async throws -> Response {
        let deadline = try await bodies.read(request) { try Self.deadline($0) }
        desk.drain(deadline: deadline ?? defaultDeadline)
        await announce()
        return .json(Array(#"{"status":"draining"}"#.utf8), status: .accepted)
    }

    private static func deadline(_ body: UnsafeRawBufferPointer) throws(APIError) -> Duration? {
        if body.isEmpty { return nil }
        guard let object = (try? JSON.parse(body))?.object else {
            throw .invalid(
                "The request body must be a JSON object such as {\"deadline_ms\":1000}.", code: "invalid_json")
        }
        if let name = object.keys.first(where: { $0 != "deadline_ms" }) {
            let shown = APIError.excerpt(name)
            throw .invalid("Unsupported parameter '\(shown)'.", param: shown, code: "unknown_parameter")
        }
        guard let value = object["deadline_ms"], !value.isNull else { return nil }
        guard let ms = value.int, (0...longestDeadlineMs).contains(ms) else {
            throw .invalid(
                "'deadline_ms' must be an integer between 0 and \(longestDeadlineMs).", param: "deadline_ms",
                code: "invalid_value")
        }
        return .milliseconds(ms)
    }
}
