import Kubernetes
import TestSupport

/// One kind's objects on a server, and what a reflector of them tells a slow reader: watches break, lists mend them, and
/// changes that were not read in time become one.
struct WatchedKind<Object: KubernetesObject> {
    private(set) var truth: [ObjectKey: Object] = [:]
    private var store = ObjectStore<Object>()
    private var queue = ChangeQueue<Object>()
    private var isBroken = false

    mutating func put(_ object: Object) {
        truth[object.metadata.key] = object
        if !isBroken { tell(store.put(object)) }
    }

    mutating func remove(_ key: ObjectKey) {
        guard let object = truth.removeValue(forKey: key), !isBroken else { return }
        tell(store.remove(object))
    }

    mutating func breakWatch() { isBroken = true }

    mutating func relist(using random: inout SeededGenerator) {
        isBroken = false
        // A dictionary's order differs from run to run, and must not decide.
        let all = truth.values.sorted { $0.metadata.uid < $1.metadata.uid }
        tell(store.replace(with: all.shuffled(using: &random)))
        queue.append(.synced)
    }

    private mutating func tell(_ changes: [Change<Object>]) {
        for change in changes { queue.append(change) }
    }

    mutating func next() -> Change<Object>? { queue.popFirst() }
}
