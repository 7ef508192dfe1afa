import Glibc
import NIOCore

/// Why a server could not open.
package enum ListenError: Error, Equatable, CustomStringConvertible {
    /// `reason` says what to do.
    case cannotListen(host: String, port: Int, reason: String)
    case stoppedBeforeListening

    package var description: String {
        switch self {
        case .cannotListen(let host, let port, let reason): "Cannot listen on \(host):\(port): \(reason)."
        case .stoppedBeforeListening: "The server was stopped before it listened."
        }
    }
}

extension ListenError {
    /// The system's refusal to let us listen; nil for any other error.
    init?(_ error: any Error, host: String, port: Int) {
        switch error {
        case let error as IOError:
            self = .cannotListen(host: host, port: port, reason: Self.reason(error.errnoCode))
        case is SocketAddressError, is SocketAddressError.UnknownHost:
            let reason = "the name cannot be looked up; give 127.0.0.1, or 0.0.0.0 to let other machines in"
            self = .cannotListen(host: host, port: port, reason: reason)
        default: return nil
        }
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case EADDRINUSE: "another program has the port; choose another, or end that program"
        case EADDRNOTAVAIL: "no network of this machine has the address; give 127.0.0.1, or 0.0.0.0 for all"
        case EACCES: "ports below 1024 are for root; choose one above"
        default: String(cString: strerror(code)).lowercased()
        }
    }
}
