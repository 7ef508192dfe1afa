import Kubernetes

/// How it stands with one kind of objects.
enum Source: Sendable {
    /// Whether the server has it is not known yet.
    case unknown
    case absent
    case reflected(@Sendable () -> ReflectorHealth)

    /// A server that starts may deny for a moment what it has: after so many tries in a row, some ten seconds, it is
    /// believed.
    static let triesUntilMissing = 6

    private var health: ReflectorHealth? {
        if case .reflected(let health) = self { health() } else { nil }
    }

    /// The server has said for a while that it has no such kind.
    var isMissing: Bool {
        guard let health else { return if case .absent = self { true } else { false } }
        return (health.failure?.isNotFound ?? false) && health.failures >= Self.triesUntilMissing
    }

    /// We may not see them, as the reflector has said in the log.
    var isForbidden: Bool { health?.failure?.isForbidden ?? false }

    /// All that there is has come, and what changes comes.
    var isFresh: Bool {
        guard let health else { return if case .absent = self { true } else { false } }
        return health.isSynced && health.failures == 0
    }
}
