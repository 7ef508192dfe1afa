/// Changes that a reader has not taken yet.
///
/// A reader that keeps up sees every change. For one that does not, changes of one object become one, from the state
/// that it saw last to the present, so that there are at most two for each; the order is that of the first ones.
package struct ChangeQueue<Object: KubernetesObject>: Sendable {
    private enum Item {
        case object(Change<Object>)
        case synced
    }

    /// What two changes of one object come to.
    private enum Joined {
        case one(Change<Object>)
        /// It came and went unseen.
        case nothing
        /// It left and comes back.
        case both
    }

    /// By ticket; tickets rise.
    private var items: [Int: Item] = [:]
    private var first = 0
    private var next = 0
    private var tickets: [String: Int] = [:]
    private var syncedTicket: Int?

    package init() {}

    package var count: Int { items.count }

    /// Takes a change that happened after all others.
    package mutating func append(_ change: Change<Object>) {
        guard let uid = change.object?.metadata.uid else {
            if let syncedTicket { items[syncedTicket] = nil }
            syncedTicket = add(.synced)
            return
        }
        guard let ticket = tickets[uid], case .object(let waiting)? = items[ticket] else {
            tickets[uid] = add(.object(change))
            return
        }
        switch Self.join(waiting, change) {
        case .one(let joined): items[ticket] = .object(joined)
        case .nothing: (items[ticket], tickets[uid]) = (nil, nil)
        case .both: tickets[uid] = add(.object(change))
        }
    }

    /// Gives out the oldest; nil when there is none.
    package mutating func popFirst() -> Change<Object>? {
        while first < next {
            defer { first += 1 }
            switch items.removeValue(forKey: first) {
            case .synced?:
                syncedTicket = nil
                return .synced
            case .object(let change)?:
                if let uid = change.object?.metadata.uid, tickets[uid] == first { tickets[uid] = nil }
                return change
            case nil: break
            }
        }
        return nil
    }

    private mutating func add(_ item: Item) -> Int {
        defer { next += 1 }
        items[next] = item
        return next
    }

    private static func join(_ earlier: Change<Object>, _ later: Change<Object>) -> Joined {
        switch (earlier, later) {
        case (.removed, _): .both
        case (.added, .changed(_, let object)), (.added, .added(let object)): .one(.added(object))
        case (.added, .removed): .nothing
        case (.changed(let before, _), .changed(_, let after)): .one(.changed(from: before, to: after))
        default: .one(later)
        }
    }
}
