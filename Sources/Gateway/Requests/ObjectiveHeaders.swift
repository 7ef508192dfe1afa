import HTTPTypes
import OpenAI
import WebServer

/// What a client asks of the speed of its answer, in headers: ours, or llm-d's names for the same.
///
/// Objectives steer a request, they do not raise it above others: whose request it is and its tier come from its key
/// and its body, and no header of a client reaches a worker.
struct ObjectiveHeaders {
    private let headers: HTTPFields

    init(_ headers: HTTPFields) { self.headers = headers }

    /// Ten days; more is no objective.
    private static let longestMs = 864_000_000.0

    /// - Throws: 400 for a value that is no time in milliseconds.
    func read() throws(APIError) -> Objectives {
        Objectives(
            timeToFirstToken: try seconds("x-gleaner-ttft-ms", "x-llm-d-slo-ttft-ms"),
            interToken: try seconds("x-gleaner-tpot-ms", "x-llm-d-slo-tpot-ms"),
            queueLimit: try seconds("x-gleaner-queue-timeout-ms"))
    }

    /// The first of the names that is there counts.
    private func seconds(_ names: String...) throws(APIError) -> Double? {
        for name in names {
            guard let value = headers[.known(name)] else { continue }
            guard let milliseconds = Double(value), milliseconds > 0, milliseconds <= Self.longestMs else {
                throw .invalid(
                    "The header '\(name)' is '\(APIError.excerpt(value))': it must be a time in milliseconds above 0.",
                    param: name, code: "invalid_value")
            }
            return milliseconds / 1000
        }
        return nil
    }
}
