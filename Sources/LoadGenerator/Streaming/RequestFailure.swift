/// Why a request does not count. The kinds are few, however many messages servers find.
package enum RequestFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// An answer with another status than 200.
    case status(Int, message: String)
    /// No connection came about.
    case noConnection(String)
    /// The connection ended before the answer did.
    case connectionClosed
    case network(String)
    /// The answer was not whole before the request's deadline.
    case timeout
    /// An error that the server reported in its stream.
    case errorEvent(String)
    /// Status 200, but no event came.
    case notAStream
    case malformedStream(String)
    /// The stream ended properly before the answer did.
    case incompleteStream

    /// The name under which it is counted.
    package var kind: String {
        switch self {
        case .status(let code, _): "http_\(code)"
        case .noConnection: "no_connection"
        case .connectionClosed: "connection_closed"
        case .network: "network"
        case .timeout: "timeout"
        case .errorEvent: "error_event"
        case .notAStream: "not_a_stream"
        case .malformedStream: "malformed_stream"
        case .incompleteStream: "incomplete_stream"
        }
    }

    /// A clause without a full stop.
    package var description: String {
        switch self {
        case .status(let code, let message): "the server answered \(code)" + (message.isEmpty ? "" : ": \(message)")
        case .noConnection(let reason): "no connection to the server: \(reason)"
        case .connectionClosed: "the server closed the connection in the middle of an answer"
        case .network(let reason): "the network failed: \(reason)"
        case .timeout: "no whole answer came in time"
        case .errorEvent(let message): "the server reported an error in the stream: \(message)"
        case .notAStream: "the answer holds no server-sent event"
        case .malformedStream(let reason): "the stream is malformed: \(reason)"
        case .incompleteStream: "the stream ended before [DONE] and before a finish reason"
        }
    }
}
