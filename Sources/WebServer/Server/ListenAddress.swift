import Glibc

/// Where a server listens.
package struct ListenAddress: Sendable, Equatable {
    package var host: String
    /// 0 = any free port; the server's `boundPort` tells which.
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// The address for people and for other programs.
    /// - Parameter port: the one that the server got.
    package func url(port: Int, isEncrypted: Bool) -> String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(isEncrypted ? "https" : "http")://\(name):\(port)"
    }

    /// Whether only programs on this machine can connect. A name proves nothing, whatever it looks like, except
    /// `localhost`, which RFC 6761 keeps for this machine.
    package var isLoopback: Bool {
        if host == "localhost" { return true }
        var (address4, address6) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, host, &address4) == 1 { return UInt32(bigEndian: address4.s_addr) >> 24 == 127 }
        guard inet_pton(AF_INET6, host, &address6) == 1 else { return false }
        return withUnsafeBytes(of: &address6) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
    }
}
