import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix

/// A failure that may go away when the request is made again.
struct TransferFailure: Error {
    /// A clause for a message: "the server closed the connection".
    let reason: String
    /// How long the server asks to be left alone.
    var retryAfter: Duration?
    /// Whether there was no answer at all.
    var isUnreachable = false
}

extension TransferFailure {
    /// The failure behind an error of the network; nil for errors that a retry does not mend.
    init?(_ error: any Error) {
        switch error {
        case let failure as TransferFailure: self = failure
        case is PullError, is StoreError, is CancellationError: return nil
        case let error as HTTPClientError where error == .cancelled: return nil
        case let error as NIOConnectionError:
            self.init(reason: Self.reason(of: error), isUnreachable: true)
        case let error as HTTPClientError:
            self.init(reason: Self.reason(of: error), isUnreachable: error == .connectTimeout)
        case let error as IOError: self.init(reason: Self.reason(of: error))
        default: self.init(reason: "\(error)")
        }
    }

    private static func reason(of error: NIOConnectionError) -> String {
        if let first = error.connectionErrors.first?.error {
            return (first as? IOError).map(reason) ?? "no connection to \(error.host):\(error.port) (\(first))"
        }
        return "the name '\(error.host)' cannot be looked up"
    }

    private static func reason(of error: IOError) -> String {
        String(cString: strerror(error.errnoCode)).lowercased()
    }

    private static func reason(of error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout: "no connection came about in time"
        case .readTimeout: "nothing arrived for too long"
        case .deadlineExceeded: "the answer did not begin in time"
        case .remoteConnectionClosed: "the server closed the connection"
        default: error.shortDescription
        }
    }
}
