package import WebServer

/// Where a worker listens, whom it lets in, and what it holds gateways to.
package struct WorkerConfiguration: Sendable, Equatable {
    /// Where, how, and within which limits; `limits.drainDeadline` is how long sequences may go on when the worker is
    /// told to stop, 0 not at all: gateways take them elsewhere.
    package var server: ServerSettings
    /// What gateways have to show; nil: nothing.
    package var token: BearerToken?
    /// What answers carry as `system_fingerprint`: the name of this build and its settings.
    package var systemFingerprint: String

    package init(server: ServerSettings, token: BearerToken? = nil, systemFingerprint: String = "fp_gleaner") {
        self.server = server
        self.token = token
        self.systemFingerprint = systemFingerprint
    }

    /// Whether whoever reaches the address is served: other machines can, and neither a token nor a certificate is
    /// asked for.
    package var isOpenToStrangers: Bool {
        !server.address.isLoopback && token == nil && server.tls?.clientAuthorityFile == nil
    }
}
