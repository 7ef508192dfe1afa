package import JSON
import Kubernetes

/// One watch: from which revision on it has told what happened, and until when it goes on.
package struct StandInWatch: Sendable {
    let filter: ObjectFilter
    private(set) var revision: Int
    private let hasBookmarks: Bool
    private let deadline: Timestamp
    private var nextBookmark: Timestamp
    /// What it begins with.
    private var opening: [JSON]

    /// How often a bookmark comes, and how long before the end the last one.
    private static let bookmarkPeriod = Duration.seconds(60)
    private static let lastBookmark = Duration.seconds(1)

    init(
        _ filter: ObjectFilter, from revision: Int, opening: [JSON] = [], hasBookmarks: Bool, now: Timestamp,
        seconds: Int
    ) {
        self.filter = filter
        self.revision = revision
        self.hasBookmarks = hasBookmarks
        self.opening = opening
        deadline = now.advanced(by: .seconds(seconds))
        nextBookmark = min(
            now.advanced(by: Self.bookmarkPeriod), deadline.advanced(by: .zero - Self.lastBookmark))
    }

    /// The events since the last call, and whether the watch is over then.
    package mutating func events(from plane: ControlPlane) -> (events: [JSON], isOver: Bool) {
        var events = opening
        opening = []
        guard let changes = plane.store.changes(after: revision) else {
            let refusal = Refusal.expiredWatch(revision, oldest: plane.store.oldest)
            return (events + [["type": "ERROR", "object": refusal.status]], true)
        }
        for change in changes where change.resource == filter.resource {
            if let event = event(of: change) { events.append(event) }
        }
        revision = max(revision, plane.store.revision)
        if hasBookmarks, plane.now >= nextBookmark {
            nextBookmark =
                deadline.advanced(by: .zero - Self.lastBookmark) > plane.now
                ? min(plane.now.advanced(by: Self.bookmarkPeriod), deadline.advanced(by: .zero - Self.lastBookmark))
                : deadline
            events.append(Self.bookmark(filter.resource, at: revision))
        }
        return (events, plane.now >= deadline)
    }

    /// What a change is for one who sees only a part: an object that leaves it is gone.
    private func event(of change: ObjectHistory.Entry) -> JSON? {
        let wasIn = change.before.map { filter.matches(change.key, $0) } ?? false
        let isIn = change.after.map { filter.matches(change.key, $0) } ?? false
        switch (wasIn, isIn) {
        case (false, false): return nil
        case (false, true): return ["type": "ADDED", "object": change.state]
        case (true, true): return ["type": "MODIFIED", "object": change.state]
        case (true, false):
            var last = change.isEnd ? change.state : change.before ?? change.state
            last[at: "metadata", "resourceVersion"] = .string(String(change.revision))
            return ["type": "DELETED", "object": last]
        }
    }

    /// Half of an object: only its version means something.
    static func bookmark(_ resource: APIResource, at revision: Int, isInitialEnd: Bool = false) -> JSON {
        var metadata = JSONObject([("resourceVersion", .string(String(revision)))])
        if isInitialEnd { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        var object = JSONObject([
            ("kind", .string(resource.kind)), ("apiVersion", .string(resource.apiVersion)),
            ("metadata", .object(metadata)),
        ])
        if resource == .pods { (object["spec"], object["status"]) = (["containers": .null], [:]) }
        return ["type": "BOOKMARK", "object": .object(object)]
    }
}

extension ControlPlane {
    /// How long a watch goes on that does not say: half an hour.
    private static let defaultSeconds = 1800

    func watch(_ filter: ObjectFilter, _ query: [String: String]) throws(Refusal) -> StandInWatch {
        let hasBookmarks = ["true", "1"].contains(query["allowWatchBookmarks"] ?? "")
        let version = try Self.revision(query["resourceVersion"]) ?? 0
        let wantsList = query["sendInitialEvents"] == "true"
        if wantsList, !rules.hasWatchLists {
            let why = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"
            throw .invalid("meta.k8s.io", "ListOptions", "", [.forbidden("sendInitialEvents", why)])
        }
        if version > 0, version < store.oldest, rules.refusesExpiredWatches {
            throw .expiredWatch(version, oldest: store.oldest)
        }
        var opening: [JSON] = []
        if version == 0 || wantsList {
            let all = (store.list(filter.resource) ?? []).filter { filter.matches($0.key, $0.object) }
            opening = all.map { ["type": "ADDED", "object": $0.object] }
            if wantsList, hasBookmarks {
                opening.append(StandInWatch.bookmark(filter.resource, at: store.revision, isInitialEnd: true))
            }
        }
        return StandInWatch(
            filter, from: version == 0 || wantsList ? store.revision : version, opening: opening,
            hasBookmarks: hasBookmarks, now: now,
            seconds: query["timeoutSeconds"].flatMap { Int($0) } ?? Self.defaultSeconds)
    }
}
