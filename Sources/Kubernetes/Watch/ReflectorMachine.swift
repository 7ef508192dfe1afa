/// Decides how a copy of the objects of a selection is kept: list, then watch from the list's revision, and after each
/// kind of failure what mends it. It knows no network, clock or chance.
package struct ReflectorMachine<Object: KubernetesObject>: Sendable {
    package enum Step: Sendable, Equatable {
        case list(limit: Int, continueToken: String?)
        case watch(from: String)
        case pause(Duration)
    }

    private enum Phase {
        /// `gathered` holds the pages that have come.
        case listing(limit: Int, continueToken: String?, gathered: [Object], unreadable: Int)
        case watching(from: String)
    }

    package private(set) var store = ObjectStore<Object>()
    package private(set) var health = ReflectorHealth()
    private var phase: Phase
    private var pause: Duration?
    private var delay: RetryDelay
    private let firstLimit: Int
    /// Something was said on the present watch.
    private var hasHeard = false
    /// Watches in a row that ended without a word, or failed without one.
    private var futileWatches = 0

    /// However long the server wants to be left alone: whoever does not see what happens gives nothing back.
    private static var longestBlindness: Duration { .seconds(60) }
    private static var maximumFutileWatches: Int { 3 }
    /// Who ends watches that last as long is not overrun by the next one.
    private static var goodWatch: Duration { .seconds(30) }
    /// Four times as large after each time that a list outlives its revision.
    private static var maximumLimit: Int { 500_000 }

    package init(pageLimit: Int = 500, delay: RetryDelay = RetryDelay()) {
        firstLimit = max(1, pageLimit)
        self.delay = delay
        phase = .listing(limit: firstLimit, continueToken: nil, gathered: [], unreadable: 0)
    }

    /// What to do now.
    package var next: Step {
        if let pause { return .pause(pause) }
        switch phase {
        case .listing(let limit, let token, _, _): return .list(limit: limit, continueToken: token)
        case .watching(let version): return .watch(from: version)
        }
    }

    /// The pause is over.
    package mutating func paused() { pause = nil }

    // MARK: List

    /// A page has come; the changes that it makes, once it is the last.
    package mutating func listed(_ page: ListPage<Object>) -> [Change<Object>] {
        guard case .listing(let limit, _, var gathered, let unreadable) = phase else { return [] }
        gathered += page.objects
        let missed = unreadable + page.unreadable
        if let token = page.continueToken {
            phase = .listing(limit: limit, continueToken: token, gathered: gathered, unreadable: missed)
            return []
        }
        let changes = store.replace(with: gathered)
        phase = .watching(from: page.resourceVersion)
        (futileWatches, hasHeard) = (0, false)
        health.listed(at: page.resourceVersion, unreadable: missed)
        return changes + [.synced]
    }

    /// A page did not come: the list begins anew, for its pages must be of one revision.
    package mutating func listFailed(_ error: KubernetesError, chance: Double) {
        guard case .listing(let limit, let token, _, _) = phase else { return }
        let isTooSlow = token != nil && error.isExpired
        let larger = isTooSlow ? min(limit * 4, max(Self.maximumLimit, firstLimit)) : limit
        phase = .listing(limit: larger, continueToken: nil, gathered: [], unreadable: 0)
        fail(error, chance)
    }

    // MARK: Watch

    /// The server has taken the watch.
    package mutating func watchOpened() { health.heard(at: "") }

    /// Something was said on the watch; the changes that it makes.
    package mutating func received(_ event: WatchEvent<Object>) -> [Change<Object>] {
        guard case .watching = phase else { return [] }
        if !event.resourceVersion.isEmpty {
            phase = .watching(from: event.resourceVersion)
            hasHeard = true
        }
        health.heard(at: event.resourceVersion)
        switch event {
        case .added(let object), .modified(let object): return store.put(object)
        case .deleted(let object): return store.remove(object)
        case .unreadable: health.missOne()
        case .bookmark, .failed: break
        }
        return []
    }

    /// - Parameters:
    ///   - error: nil when the server ended it as it does in time.
    ///   - lasted: how long after it was asked for.
    package mutating func watchEnded(_ error: KubernetesError?, lasted: Duration, chance: Double) {
        guard case .watching = phase else { return }
        if hasHeard || lasted >= Self.goodWatch { delay.reset() }
        if hasHeard {
            futileWatches = 0
        } else {
            futileWatches += Self.isOutage(error) ? 0 : 1
        }
        hasHeard = false
        if error?.isExpired ?? false || futileWatches >= Self.maximumFutileWatches { listAnew() }
        if let error { fail(error, chance) } else { pause = delay.next(chance: chance) }
    }

    /// Nobody is there who could say something: that is no sign of a revision that the server does not know.
    private static func isOutage(_ error: KubernetesError?) -> Bool {
        switch error {
        case .unreachable, .access, .cancelled: true
        case .refused(let status): status.code == 401 || status.code == 403 || status.code == 429
        default: false
        }
    }

    private mutating func listAnew() {
        futileWatches = 0
        phase = .listing(limit: firstLimit, continueToken: nil, gathered: [], unreadable: 0)
    }

    private mutating func fail(_ error: KubernetesError, _ chance: Double) {
        health.fail(error)
        pause = delay.next(chance: chance, least: error.retryAfter.map { min($0, Self.longestBlindness) })
    }
}
