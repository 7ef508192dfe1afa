import Kubernetes
import TestSupport
import Testing

@Suite struct ObjectStoreTests {
    /// Objects of few names, each sometimes another one than before.
    private static func some(_ version: Int, using generator: inout SeededGenerator) throws -> GenericObject {
        let name = ["a", "b", "c"].randomElement(using: &generator) ?? "a"
        let uid = "\(name)-\(Int.random(in: 0..<3, using: &generator))"
        return try Sample.object(name, uid: uid, version: version)
    }

    /// The changes, applied one by one to a copy, make the same of it, and each of them makes sense there.
    @Test func changesTellAllThatHappens() throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<200 {
            var store = ObjectStore<GenericObject>()
            var copy = Mirror()
            for version in 1..<40 {
                let object = try Self.some(version, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: copy.apply(store.remove(object))
                case 1:
                    let list = try (0..<3).map { _ in try Self.some(version, using: &generator) }
                    let names = list.reduce(into: [:]) { $0[$1.metadata.name] = $1 }
                    copy.apply(store.replace(with: Array(names.values)))
                    #expect(store.count == names.count)
                default:
                    copy.apply(store.put(object))
                    #expect(store[object.metadata.key] == object)
                }
                #expect(store.isConsistent)
                #expect(copy.objects == store.all.reduce(into: [:]) { $0[$1.metadata.uid] = $1 })
            }
        }
    }

    @Test func theSameStateIsNoChange() throws {
        var store = ObjectStore<GenericObject>()
        let object = try Sample.object("a")
        #expect(store.put(object) == [.added(object)])
        #expect(store.put(object) == [])
        #expect(store[uid: "uid-a"] == object)
        #expect(store.remove(try Sample.object("a", uid: "another")) == [])
        #expect(store.remove(object) == [.removed(object)])
        #expect(store[uid: "uid-a"] == nil && store.count == 0)
    }

    /// Two readers see the same in the end, however slowly one of them reads; it never has more waiting than objects.
    @Test func aSlowReaderSeesTheSameInTheEnd() throws {
        var generator = SeededGenerator(seed: 10)
        for _ in 0..<200 {
            var store = ObjectStore<GenericObject>()
            var queue = ChangeQueue<GenericObject>()
            var (fast, slow) = (Mirror(), Mirror())
            for version in 1..<60 {
                let object = try Self.some(version, using: &generator)
                var changes = Bool.random(using: &generator) ? store.put(object) : store.remove(object)
                if Int.random(in: 0..<10, using: &generator) == 0 { changes.append(.synced) }
                fast.apply(changes)
                for change in changes { queue.append(change) }
                #expect(queue.count <= 2 * 9 + 1)
                if Int.random(in: 0..<4, using: &generator) == 0, let change = queue.popFirst() { slow.apply([change]) }
            }
            while let change = queue.popFirst() { slow.apply([change]) }
            #expect(slow.objects == fast.objects)
            #expect(queue.count == 0)
        }
    }

    @Test func aReaderThatKeepsUpSeesEveryChange() throws {
        var queue = ChangeQueue<GenericObject>()
        let (one, two) = (try Sample.object("a"), try Sample.object("a", version: 2))
        for change in [.added(one), .changed(from: one, to: two), .synced, .removed(two)] as [Change<GenericObject>] {
            queue.append(change)
            #expect(queue.popFirst() == change)
            #expect(queue.popFirst() == nil)
        }
        queue.append(.added(one))
        queue.append(.removed(one))
        #expect(queue.popFirst() == nil)
        queue.append(.synced)
        queue.append(.added(one))
        queue.append(.synced)
        #expect(queue.popFirst() == .added(one))
        #expect(queue.popFirst() == .synced)
        #expect(queue.popFirst() == nil)
    }
}

/// What a reader knows who has only the changes.
struct Mirror {
    private(set) var objects: [String: GenericObject] = [:]

    mutating func apply(_ changes: [Change<GenericObject>]) {
        for change in changes {
            switch change {
            case .added(let object):
                if objects.updateValue(object, forKey: object.metadata.uid) != nil { Issue.record("added twice") }
            case .changed(let before, let after):
                if objects.updateValue(after, forKey: after.metadata.uid) != before { Issue.record("another before") }
            case .removed(let object):
                if objects.removeValue(forKey: object.metadata.uid) == nil { Issue.record("removed twice") }
            case .synced: break
            }
        }
    }
}
