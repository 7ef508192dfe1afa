import Glibc

/// The number of files and sockets that the system lets this process have open.
enum OpenFileLimit {
    /// Raises the limit to `wanted` or as far as the system allows.
    /// - Returns: the limit that now holds.
    static func raise(to wanted: Int) -> Int {
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
