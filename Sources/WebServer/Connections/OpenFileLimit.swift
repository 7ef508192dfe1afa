import Glibc

/// The number of files and sockets that the system lets this process have open. A process that needs one more than that
/// may not only fail to accept: the runtime's own watch over its threads ends it when it cannot open a file.
package enum OpenFileLimit {
    /// Room beside the connections: model files, databases, the log, the listener.
    package static let reserve = 512

    /// Raises the limit as far as connections need it.
    /// - Returns: the limit that now holds, and the connections that it is enough for.
    package static func raise(for limits: ServerLimits) -> (files: Int, connections: Int) {
        let files = raise(to: limits.files)
        return (files, limits.connections(within: files))
    }

    /// Raises the limit to `wanted` or as far as the system allows.
    /// - Returns: the limit that now holds.
    private static func raise(to wanted: Int) -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return wanted }
        let goal = min(rlim_t(clamping: wanted), limit.rlim_max)
        if limit.rlim_cur < goal {
            limit.rlim_cur = goal
            guard setrlimit(resource, &limit) == 0, getrlimit(resource, &limit) == 0 else { return wanted }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
