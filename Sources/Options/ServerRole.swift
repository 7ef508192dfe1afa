/// The commands that serve.
package enum ServerRole: String, Sendable, CaseIterable {
    /// Everything in one process.
    case serve
    /// The front door of many workers.
    case gateway
    /// One node's engines behind a gateway.
    case worker

    /// Seconds that running requests may go on after a server of this role was told to stop. A worker's go on elsewhere.
    package var drainTimeout: Int { self == .worker ? 0 : 30 }
}
