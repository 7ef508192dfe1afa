/// Where a server listens, how, and what it holds clients to.
package struct ServerSettings: Sendable, Equatable {
    package var address: ListenAddress
    package var limits: ServerLimits
    /// Nil: connections are not encrypted.
    package var tls: ServerTLS?

    package init(address: ListenAddress, limits: ServerLimits = ServerLimits(), tls: ServerTLS? = nil) {
        self.address = address
        self.limits = limits
        self.tls = tls
    }

    /// Where the server is reached.
    /// - Parameter port: the one that it got.
    package func url(port: Int) -> String { address.url(port: port, isEncrypted: tls != nil) }
}
