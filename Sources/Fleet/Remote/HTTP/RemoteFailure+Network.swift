import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix

extension RemoteFailure {
    /// What an error of the HTTP client means.
    init(network error: any Error) {
        switch error {
        case let failure as RemoteFailure: self = failure
        case let error as HTTPClientError where error == .cancelled: self = .cancelled
        case let error as HTTPClientError where error == .connectTimeout:
            self = .lost("no connection came about in time")
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            self = .lost("it closed the connection")
        case let error as HTTPClientError: self = .lost("the connection failed: \(error.shortDescription)")
        case let error as NIOConnectionError: self = .lost("no connection: \(Self.reason(of: error))")
        case let error as IOError: self = .lost("the connection failed: \(Self.reason(of: error))")
        default: self = .lost("the connection failed: \(WorkerWords.excerpt("\(error)"))")
        }
    }

    private static func reason(of error: NIOConnectionError) -> String {
        guard let first = error.connectionErrors.first?.error else { return "its name cannot be looked up" }
        return (first as? IOError).map(reason) ?? "none came about in time"
    }

    private static func reason(of error: IOError) -> String { String(cString: strerror(error.errnoCode)).lowercased() }
}
