import JSON
import Kubernetes
import Synchronization
import TestSupport
import Testing
import WebTestSupport

/// A reflector against the recorded streams, over a real connection.
@Suite(.timeLimit(.minutes(10))) struct ReflectorTests {
    private static func list(_ version: String, _ items: [JSON] = []) -> JSON {
        ["kind": "List", "metadata": ["resourceVersion": .string(version)], "items": .array(items)]
    }

    /// What is there after a stream, by plain reading of its lines.
    private static func outcome(of lines: [JSON]) -> [String: String] {
        var versions: [String: String] = [:]
        for line in lines {
            let metadata = line["object"]?["metadata"]
            guard let uid = metadata?["uid"]?.string else { continue }
            versions[uid] = line["type"]?.string == "DELETED" ? nil : metadata?["resourceVersion"]?.string
        }
        return versions
    }

    /// Every recorded stream, cut anywhere, ends in the state that it tells of; then comes a sign that the test knows.
    @Test(.enabled(if: TestData.isAvailable)) func everyRecordedStreamIsFollowed() async throws {
        var generator = SeededGenerator(seed: 20)
        let files = Recording.files(".jsonl").filter { $0 != "watch/410-after-restart.jsonl" }
        #expect(files.count > 60)
        for file in files {
            let (bytes, lines) = (try Recording.bytes(file), try Recording.lines(file))
            let pieces = bytes.randomlyCut(using: &generator, largest: 2000)
            let watches = Mutex(0)
            try await LoopbackAPI.run { request, answer in
                guard request.isWatch else { return answer.send(200, Self.list("1")) }
                let number = watches.withLock { count in
                    count += 1
                    return count
                }
                answer.begin()
                if number == 1 {
                    for piece in pieces { answer.chunk(piece) }
                    answer.end()
                } else {
                    answer.chunk(["type": "ADDED", "object": Sample.json("the-end", in: "", with: [])])
                }
            } _: { api in
                try await withClient(of: api) { client in
                    let reflector = Reflector(.genericPods, client: client)
                    let (mirror, end) = try await Self.follow(reflector) { $0.object?.metadata.name == "the-end" }
                    var expected = Self.outcome(of: lines)
                    expected[end] = "1"
                    #expect(mirror.objects.mapValues(\.metadata.resourceVersion) == expected, "\(file)")
                    #expect(reflector.objects.count == expected.count)
                    #expect(reflector.health.isSynced && reflector.health.failure == nil)
                    _ = await api.requests.next()
                    let (first, second) = (await api.requests.next(), await api.requests.next())
                    #expect(first?.query["resourceVersion"] == "1" && first?.query["allowWatchBookmarks"] == "true")
                    #expect(second?.query["resourceVersion"] == Self.lastVersion(of: lines), "\(file)")
                }
            }
        }
    }

    private static func lastVersion(of lines: [JSON]) -> String {
        lines.last?["object"]?["metadata"]?["resourceVersion"]?.string ?? "1"
    }

    /// Runs a reflector until a change of this kind; the changes so far, and that object's identity.
    private static func follow(
        _ reflector: Reflector<GenericObject>, until isLast: @Sendable (Change<GenericObject>) -> Bool
    ) async throws -> (Mirror, String) {
        // Who comes later is told what is there by then, in no order.
        let changes = reflector.changes()
        let run = Task { await reflector.run() }
        defer { run.cancel() }
        var mirror = Mirror()
        for await change in changes {
            mirror.apply([change])
            if isLast(change) { return (mirror, change.object?.metadata.uid ?? "") }
        }
        return (mirror, "")
    }

    /// The server forgets: as an event on the watch, or as the status of the watch, or of a list's second page.
    @Test(.enabled(if: TestData.isAvailable), arguments: ["event", "status", "page"])
    func afterA410ItListsAnew(_ form: String) async throws {
        let event = try Recording.bytes("watch/410-after-restart.jsonl")
        let status = try Recording.exchange("errors/410-continue-token-expired.json")
        let lists = Mutex(0)
        try await LoopbackAPI.run { request, answer in
            if request.isWatch {
                let isFirst = request.query["resourceVersion"] == "10"
                if isFirst, form == "status" { return answer.send(410, status.bodyBytes) }
                answer.begin()
                guard isFirst else { return }
                answer.chunk(event)
                return answer.end()
            }
            let number = lists.withLock { count in
                count += 1
                return count
            }
            if request.query["continue"] != nil { return answer.send(410, status.bodyBytes) }
            if number > 1 { return answer.send(200, Self.list("20", [Sample.json("new", version: 15)])) }
            guard form == "page" else { return answer.send(200, Self.list("10", [Sample.json("old")])) }
            answer.send(
                200, ["metadata": ["resourceVersion": "10", "continue": "t"], "items": [Sample.json("old")]])
        } _: { api in
            try await withClient(of: api) { client in
                let reflector = Reflector(.genericPods, client: client)
                let (mirror, _) = try await Self.follow(reflector) { $0.object?.metadata.name == "new" }
                #expect(Set(mirror.objects.values.map(\.metadata.name)) == ["new"])
                #expect(reflector[ObjectKey("new", in: "ns")]?.metadata.uid == "uid-new")
                #expect(reflector[uid: "uid-old"] == nil)
            }
        }
    }

    /// Whatever the server does wrong, the reflector comes back and goes on from where it was.
    @Test(arguments: ["cut", "cut in a line", "rubbish", "500", "403", "500 event", "html"])
    func itComesBack(_ fault: String) async throws {
        let watches = Mutex(0)
        try await LoopbackAPI.run { request, answer in
            guard request.isWatch else { return answer.send(200, Self.list("10", [Sample.json("a")])) }
            let number = watches.withLock { count in
                count += 1
                return count
            }
            guard number == 1 else {
                answer.begin()
                return answer.chunk(["type": "ADDED", "object": Sample.json("b", version: 12)])
            }
            switch fault {
            case "500", "403": return answer.send(Int(fault) ?? 0, ["kind": "Status", "code": .int(Int(fault) ?? 0)])
            case "html": return answer.send(502, Array("<html>".utf8))
            default: answer.begin()
            }
            answer.chunk(["type": "MODIFIED", "object": Sample.json("a", version: 11)])
            switch fault {
            case "cut in a line": answer.chunk(Array(#"{"type":"DEL"#.utf8))
            case "rubbish": answer.chunk(Array("}{\n".utf8))
            case "500 event": answer.chunk(["type": "ERROR", "object": ["kind": "Status", "code": 500]])
            default: break
            }
            answer.cut()
        } _: { api in
            try await withClient(of: api) { client in
                let reflector = Reflector(.genericPods, client: client)
                let (mirror, _) = try await Self.follow(reflector) { $0.object?.metadata.name == "b" }
                let isHeard = !["500", "403", "html"].contains(fault)
                #expect(mirror.objects["uid-a"]?.metadata.resourceVersion == (isHeard ? "11" : "1"))
                _ = (await api.requests.next(), await api.requests.next())
                #expect(await api.requests.next()?.query["resourceVersion"] == (isHeard ? "11" : "10"))
                #expect(watches.withLock { $0 } == 2)
            }
        }
    }

    @Test func aLateReaderIsToldWhatIsThere() async throws {
        try await LoopbackAPI.run { request, answer in
            if request.isWatch { return answer.begin() }
            answer.send(200, Self.list("10", [Sample.json("a"), Sample.json("b")]))
        } _: { api in
            try await withClient(of: api) { client in
                let reflector = Reflector(.genericPods, client: client)
                let run = Task { await reflector.run() }
                for await change in reflector.changes() where change == .synced { break }
                var seen: [String] = []
                for await change in reflector.changes() {
                    if change == .synced { break }
                    seen.append(change.object?.metadata.name ?? "")
                }
                #expect(Set(seen) == ["a", "b"])
                let ending = reflector.changes()
                run.cancel()
                await run.value
                var rest = 0
                for await _ in ending { rest += 1 }
                #expect(rest == 3, "what was waiting is still read, then it ends")
                #expect(reflector.silence == .zero)
            }
        }
    }

    @Test func aCancelledReaderEnds() async throws {
        let access = ClusterAccess(try ServerAddress("http://127.0.0.1:1"), origin: "the test")
        try await withClient(access) { client in
            let reflector = Reflector(.genericPods, client: client)
            let reader = Task {
                for await _ in reflector.changes() { Issue.record("a change") }
            }
            reader.cancel()
            await reader.value
        }
    }
}
