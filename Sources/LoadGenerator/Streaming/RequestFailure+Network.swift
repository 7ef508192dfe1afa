import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

extension RequestFailure {
    /// What an error of the HTTP client means.
    init(_ error: any Error) {
        switch error {
        case let failure as RequestFailure: self = failure
        case let error as NIOConnectionError: self = .noConnection(Self.reason(of: error))
        case let error as HTTPClientError where error == .connectTimeout:
            self = .noConnection("none came about in time")
        case let error as HTTPClientError where error == .remoteConnectionClosed: self = .connectionClosed
        case HTTPParserError.invalidEOFState: self = .connectionClosed
        case let error as IOError where error.errnoCode == ECONNRESET || error.errnoCode == EPIPE:
            self = .connectionClosed
        case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode):
            self = .noConnection(Self.reason(of: error))
        case let error as IOError: self = .network(Self.reason(of: error))
        case let error as HTTPClientError: self = .network(error.shortDescription)
        default: self = .network(ErrorText.printable("\(error)"))
        }
    }

    private static func reason(of error: NIOConnectionError) -> String {
        guard let first = error.connectionErrors.first?.error else { return "its name cannot be looked up" }
        return (first as? IOError).map(reason) ?? "none came about in time"
    }

    private static func reason(of error: IOError) -> String { String(cString: strerror(error.errnoCode)).lowercased() }
}
