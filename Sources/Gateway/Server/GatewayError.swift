/// Why the front door could not open.
package enum GatewayError: Error, Equatable, CustomStringConvertible {
    case cannotListen(host: String, port: Int, reason: String)
    case stoppedBeforeListening

    package var description: String {
        switch self {
        case .cannotListen(let host, let port, let reason):
            "Cannot listen on \(host):\(port): \(reason). Choose another port, or end the program that has it."
        case .stoppedBeforeListening: "The server was stopped before it listened."
        }
    }
}
