import Kubernetes

/// Which pods were asked to go, so that each is asked at once, and again only after a while. It knows no network.
package struct AskedDeletions: Sendable {
    private struct Asked {
        var isAsking = true
        var againAt: Duration = .zero
        var delay = RetryDelay(first: .milliseconds(200), longest: .seconds(5))
    }

    private var asked: [String: Asked] = [:]

    /// A pod that was asked and does not show it by then is asked again.
    static let patience: Duration = .seconds(5)

    package init() {}

    /// Whether this pod is to be asked now; if so, it counts as being asked.
    package mutating func begin(_ uid: String, at now: Duration) -> Bool {
        guard var known = asked[uid] else {
            asked[uid] = Asked()
            return true
        }
        guard !known.isAsking, now >= known.againAt else { return false }
        known.isAsking = true
        asked[uid] = known
        return true
    }

    /// The server took it, or the pod is gone.
    package mutating func done(_ uid: String, at now: Duration) {
        asked[uid]?.isAsking = false
        asked[uid]?.againAt = now + Self.patience
    }

    /// - Parameter least: what the server asks for; an owner waits, so it is obeyed up to the longest delay only.
    package mutating func failed(_ uid: String, at now: Duration, chance: Double, least: Duration?) {
        guard var known = asked[uid] else { return }
        known.isAsking = false
        known.againAt = now + known.delay.next(chance: chance, least: least.map { min($0, Self.patience) })
        asked[uid] = known
    }

    /// Forgets those that nobody wants gone any more.
    package mutating func keep(_ wanted: Set<String>) {
        asked = asked.filter { $0.value.isAsking || wanted.contains($0.key) }
    }

    /// When the next one may be asked again; nil for never.
    package var againAt: Duration? { asked.values.lazy.filter { !$0.isAsking }.map(\.againAt).min() }
}
