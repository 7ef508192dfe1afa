import Kubernetes
import TestSupport
import Testing

@Suite struct ReflectorMachineTests {
    /// One turn of the machine against the server, with what goes wrong in between.
    private static func turn(
        _ machine: inout ReflectorMachine<GenericObject>, _ server: inout HistoryServer, faults: Bool,
        using generator: inout SeededGenerator
    ) -> [Change<GenericObject>] {
        let isCut = faults && Int.random(in: 0..<4, using: &generator) == 0
        switch machine.next {
        case .pause: machine.paused()
        case .list(let limit, let token):
            do throws(KubernetesError) {
                if isCut { throw .unreachable("cut") }
                return machine.listed(try server.page(limit: limit, continueToken: token))
            } catch { machine.listFailed(error, chance: 0.5) }
        case .watch(let version):
            var (changes, failure): ([Change<GenericObject>], KubernetesError?) = ([], nil)
            do throws(KubernetesError) {
                let events = try server.events(from: version)
                let count = isCut ? Int.random(in: 0...events.count, using: &generator) : events.count
                for event in events.prefix(count) { changes += machine.received(event) }
                if !isCut { changes += machine.received(.bookmark(resourceVersion: String(server.revision))) }
                if isCut { failure = .unreachable("cut") }
            } catch { failure = error }
            machine.watchEnded(failure, lasted: .seconds(1), chance: 0.5)
            return changes
        }
        return []
    }

    @Test func theCopyIsThatOfTheServerWhateverGoesWrong() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<150 {
            var server = HistoryServer()
            var machine = ReflectorMachine<GenericObject>(pageLimit: 2)
            var mirror = Mirror()
            for _ in 0..<60 {
                for _ in 0..<Int.random(in: 0..<3, using: &generator) { try server.change(using: &generator) }
                if Int.random(in: 0..<12, using: &generator) == 0 { server.compact() }
                mirror.apply(Self.turn(&machine, &server, faults: true, using: &generator))
                #expect(machine.store.isConsistent)
            }
            // Left alone, it comes to the same in a few turns.
            for _ in 0..<12 { mirror.apply(Self.turn(&machine, &server, faults: false, using: &generator)) }
            let copy = machine.store.all.reduce(into: [:]) { $0[$1.metadata.name] = $1 }
            #expect(copy == server.objects)
            #expect(mirror.objects == copy.values.reduce(into: [:]) { $0[$1.metadata.uid] = $1 })
            #expect(machine.health.isSynced && machine.health.failure == nil)
        }
    }

    private func synced() throws -> ReflectorMachine<GenericObject> {
        var machine = ReflectorMachine<GenericObject>()
        let changes = machine.listed(ListPage(objects: [try Sample.object("a")], resourceVersion: "10"))
        #expect(changes.last == .synced && changes.count == 2)
        #expect(machine.next == .watch(from: "10"))
        return machine
    }

    @Test func aPageIsNoListYet() throws {
        var machine = ReflectorMachine<GenericObject>(pageLimit: 1)
        #expect(machine.next == .list(limit: 1, continueToken: nil))
        #expect(
            machine.listed(ListPage(objects: [try Sample.object("a")], resourceVersion: "9", continueToken: "t")) == [])
        #expect(machine.next == .list(limit: 1, continueToken: "t"))
        #expect(machine.store.count == 0 && !machine.health.isSynced)
    }

    @Test func aListThatOutlivesItsRevisionIsAskedForInLargerPages() throws {
        var machine = ReflectorMachine<GenericObject>(pageLimit: 2)
        _ = machine.listed(ListPage(objects: [], resourceVersion: "9", continueToken: "t"))
        machine.listFailed(HistoryServer.expired, chance: 0)
        machine.paused()
        #expect(machine.next == .list(limit: 8, continueToken: nil))
        machine.listFailed(.unreachable("x"), chance: 0)
        machine.paused()
        #expect(machine.next == .list(limit: 8, continueToken: nil))
    }

    @Test func anExpiredWatchIsFollowedByAList() throws {
        var machine = try synced()
        machine.watchEnded(HistoryServer.expired, lasted: .zero, chance: 0)
        guard case .pause = machine.next else {
            Issue.record("no pause")
            return
        }
        machine.paused()
        #expect(machine.next == .list(limit: 500, continueToken: nil))
        #expect(machine.store.count == 1, "what was known stays until the list has come")
    }

    @Test func anOutageLosesNothing() throws {
        var machine = try synced()
        _ = machine.received(.bookmark(resourceVersion: "20"))
        for _ in 0..<50 {
            machine.watchEnded(.unreachable("x"), lasted: .zero, chance: 0)
            machine.paused()
            #expect(machine.next == .watch(from: "20"))
        }
        #expect(machine.health.failures == 50)
        machine.watchOpened()
        #expect(machine.health.failure == nil)
    }

    /// After a restore from an older backup the server has not come to our revision yet, and a watch from there is
    /// silent for ever.
    @Test(arguments: [nil, KubernetesError.late("a word", limit: .seconds(90))])
    func watchesWithoutAWordEndInAList(_ error: KubernetesError?) throws {
        var machine = try synced()
        for _ in 0..<2 {
            machine.watchEnded(error, lasted: .seconds(300), chance: 0)
            machine.paused()
            #expect(machine.next == .watch(from: "10"))
        }
        machine.watchEnded(error, lasted: .seconds(300), chance: 0)
        machine.paused()
        #expect(machine.next == .list(limit: 500, continueToken: nil))
    }

    @Test func pausesGrowAndObeyTheServer() throws {
        var machine = try synced()
        var pauses: [Duration] = []
        for _ in 0..<12 {
            machine.watchEnded(.unreachable("x"), lasted: .zero, chance: 1)
            if case .pause(let pause) = machine.next { pauses.append(pause) }
            machine.paused()
        }
        #expect(pauses.first == .milliseconds(200) && pauses.last == .seconds(30))
        #expect(pauses == pauses.sorted())
        _ = machine.received(.bookmark(resourceVersion: "11"))
        machine.watchEnded(nil, lasted: .zero, chance: 0)
        #expect(machine.next == .pause(.milliseconds(100)))
    }

    @Test(arguments: [(5, 5), (3600, 60)])
    func theServerIsLeftAloneButNotForLong(_ asked: Int, _ obeyed: Int) throws {
        let text = #"{"type":"ERROR","object":{"code":429,"details":{"retryAfterSeconds":\#(asked)}}}"#
        guard case .failed(let status) = try Array(text.utf8).withUnsafeBytes({ try WatchEvent<Pod>(line: $0) }) else {
            Issue.record("no error")
            return
        }
        var machine = try synced()
        machine.watchEnded(.refused(status), lasted: .zero, chance: 0)
        #expect(machine.next == .pause(.seconds(obeyed)))
    }

    @Test func whatCannotBeReadIsCounted() throws {
        var machine = ReflectorMachine<GenericObject>()
        _ = machine.listed(ListPage(objects: [], unreadable: 2, resourceVersion: "10"))
        _ = machine.received(.unreadable(resourceVersion: "12", reason: "x"))
        #expect(machine.health.unreadable == 3)
        #expect(machine.next == .watch(from: "12"))
    }
}
