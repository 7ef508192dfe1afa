import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

extension KubernetesError {
    /// What an error of the HTTP client means.
    init(network error: any Error) {
        switch error {
        case let error as KubernetesError: self = error
        case let error as AccessError: self = .access(error)
        case is CancellationError: self = .cancelled
        case let error as HTTPClientError where error == .cancelled: self = .cancelled
        case let error as HTTPClientError where error == .connectTimeout:
            self = .unreachable("no connection came about in time")
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            self = .unreachable("it closed the connection")
        case let error as HTTPClientError where error == .alreadyShutdown: self = .cancelled
        case let error as HTTPClientError: self = .unreachable("the connection failed: \(error.shortDescription)")
        case let error as NIOConnectionError: self = .unreachable("no connection: \(Self.reason(of: error))")
        case let error as IOError: self = .unreachable("the connection failed: \(Self.reason(of: error))")
        case NIOSSLError.handshakeFailed(let reason):
            self = .unreachable(
                "TLS: \(Words.excerpt("\(reason)")); check the certificate authority and our certificate")
        case is NIOSSLExtraError:
            self = .unreachable("TLS: \(Words.excerpt("\(error)")); check the server's name and its certificate")
        default: self = .unreachable("the connection failed: \(Words.excerpt("\(error)"))")
        }
    }

    private static func reason(of error: NIOConnectionError) -> String {
        guard let first = error.connectionErrors.first?.error else { return "its name cannot be looked up" }
        return (first as? IOError).map(reason) ?? "none came about in time"
    }

    private static func reason(of error: IOError) -> String { String(cString: strerror(error.errnoCode)).lowercased() }
}
