import ModelStore
import ScriptedServer
import TestSupport
import Testing

@Suite struct PullTests {
    static let gguf = ScriptedHub.bytes(100_000)

    @Test func aModelArrivesWholeAndOnlyOnce() async throws {
        try await PullRun.with(ScriptedHub(["m-Q8_0.gguf": Self.gguf, "README.md": [1]])) { run in
            let manifest = try await run.pull()
            #expect(manifest.name.description == "Owner/Model:Q8_0")
            #expect(manifest.commit == ScriptedHub.commit)
            let path = try run.store.resolve("Model", environment: [:]).path
            #expect(try content(of: path) == Self.gguf)
            #expect(run.names(in: run.store.places.downloads) == [])
            #expect(try await run.pull("Owner/Model:q8_0") == manifest)
            #expect(run.fileRequests.count == 1, "the second pull finds all there")
        }
    }

    @Test func aHuggingFaceDirectoryArrivesAndSharesItsFiles() async throws {
        let files: [String: [UInt8]] = [
            "config.json": Array("{}".utf8), "tokenizer.json": ScriptedHub.bytes(30_000, seed: 2), "README.md": [],
            "model-00001-of-00002.safetensors": ScriptedHub.bytes(40_000, seed: 3),
            "model-00002-of-00002.safetensors": ScriptedHub.bytes(20_000, seed: 4), "special_tokens_map.json": [],
        ]
        try await PullRun.with(ScriptedHub(files)) { run in
            _ = try await run.pull()
            let folder = try run.store.resolve("Model", environment: [:]).path
            for (name, bytes) in files where name != "README.md" {
                #expect(try content(of: folder + "/" + name) == bytes)
            }
            #expect(run.names(in: run.store.places.blobs).count == 5)
        }
    }

    @Test func aCutConnectionIsContinuedWhereItBroke() async throws {
        let cuts = [ScriptedHub.cut(after: 30_000), ScriptedHub.cut(after: 1), ScriptedHub.cut(after: 20_000)]
        try await PullRun.with(ScriptedHub(["m-Q8_0.gguf": Self.gguf], script: cuts)) { run in
            _ = try await run.pull()
            let starts = run.fileRequests.map(\.rangeStart)
            #expect(starts.count == 4 && starts[0] == nil)
            #expect(zip(starts.dropFirst(), starts.dropFirst(2)).allSatisfy { ($0 ?? 0) <= ($1 ?? 0) })
            #expect(try content(of: run.store.resolve("Model", environment: [:]).path) == Self.gguf)
        }
    }

    @Test func aStoppedPullIsContinuedByTheNext() async throws {
        let hub = ScriptedHub(["m-Q8_0.gguf": Self.gguf], script: [ScriptedHub.cut(after: 60_000)])
        try await PullRun.with(hub) { run in
            await #expect(throws: PullError.self) { try await run.pull { $0.maximumFailures = 1 } }
            #expect(run.names(in: run.store.places.downloads).count == 1, "the part stays")
            #expect(try run.store.list().models.isEmpty)
            _ = try await run.pull()
            #expect(try #require(run.fileRequests[1].rangeStart) > 0)
            #expect(try content(of: run.store.resolve("Model", environment: [:]).path) == Self.gguf)
        }
    }

    @Test func aServerWithoutRangesStartsAgain() async throws {
        let hub = ScriptedHub(
            ["m-Q8_0.gguf": Self.gguf],
            script: [ScriptedHub.cut(after: 50_000), { _, content in .init(200, pieces: ScriptedHub.pieces(content)) }])
        try await PullRun.with(hub) { run in
            _ = try await run.pull()
            #expect(run.events.events.contains(.restarted(file: "m-Q8_0.gguf")))
            #expect(try content(of: run.store.resolve("Model", environment: [:]).path) == Self.gguf)
        }
    }

    @Test func aRefusedRangeStartsAgain() async throws {
        let hub = ScriptedHub(
            ["m-Q8_0.gguf": Self.gguf], script: [ScriptedHub.cut(after: 50_000), { _, _ in ScriptedResponse(416) }])
        try await PullRun.with(hub) { run in
            _ = try await run.pull()
            #expect(run.fileRequests.count == 3 && run.fileRequests[2].rangeStart == nil)
            #expect(try content(of: run.store.resolve("Model", environment: [:]).path) == Self.gguf)
        }
    }

    @Test func anotherRangeThanAskedIsNotWrittenIn() async throws {
        let hub = ScriptedHub(
            ["m-Q8_0.gguf": Self.gguf],
            script: [
                ScriptedHub.cut(after: 50_000),
                { _, content in
                    ScriptedResponse(
                        206, headers: [("Content-Range", "bytes 7-99999/100000")], pieces: [Array(content[7...])])
                },
            ])
        try await PullRun.with(hub) { run in
            await #expect(throws: PullError.self) { try await run.pull() }
            _ = try await run.pull()
            #expect(try content(of: run.store.resolve("Model", environment: [:]).path) == Self.gguf)
        }
    }

    @Test func wrongContentIsDeletedAndNeverBecomesAModel() async throws {
        var wrong = Self.gguf
        wrong[77_777] ^= 1
        let hub = ScriptedHub(
            ["m-Q8_0.gguf": Self.gguf], script: [{ [wrong] _, _ in .init(200, pieces: ScriptedHub.pieces(wrong)) }])
        try await PullRun.with(hub) { run in
            let error = await #expect(throws: PullError.self) { try await run.pull() }
            guard case .wrongContent(let file, _, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(file == "m-Q8_0.gguf")
            #expect(run.names(in: run.store.places.downloads) == [] && run.names(in: run.store.places.blobs) == [])
            _ = try await run.pull()
            #expect(try content(of: run.store.resolve("Model", environment: [:]).path) == Self.gguf)
        }
    }

    @Test func smallFilesAreCheckedByTheirGitId() async throws {
        let files = ["config.json": Array("{\"a\":1}".utf8), "model.safetensors": Self.gguf]
        let hub = ScriptedHub(files, script: [{ _, _ in .init(200, text: "{\"a\":2}") }])
        try await PullRun.with(hub) { run in
            let error = await #expect(throws: PullError.self) { try await run.pull() }
            guard case .wrongContent("config.json", let expected, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(expected == "Git id \(ScriptedHub.gitID(of: Array("{\"a\":1}".utf8)))")
            #expect(run.names(in: run.store.places.blobs) == [])
        }
    }

    @Test func aBodyThatIsTooLongIsStopped() async throws {
        let hub = ScriptedHub(
            ["m-Q8_0.gguf": Self.gguf],
            script: [{ _, content in .init(200, pieces: ScriptedHub.pieces(content + [0])) }]
        )
        try await PullRun.with(hub) { run in
            await #expect(throws: PullError.self) { try await run.pull() }
            #expect(run.names(in: run.store.places.downloads) == [])
        }
    }

    @Test func aCommitThatChangesMeanwhileIsNoticed() async throws {
        let hub = ScriptedHub(
            ["m-Q8_0.gguf": Self.gguf],
            script: [{ _, content in .init(200, headers: [("X-Repo-Commit", "another")], pieces: [content]) }])
        try await PullRun.with(hub) { run in
            await #expect(throws: PullError.commitChanged(repository: "Owner/Model")) { try await run.pull() }
        }
    }

    @Test func twoPullsOfOneFileFetchItOnce() async throws {
        try await PullRun.with(ScriptedHub(["m-Q8_0.gguf": Self.gguf])) { run in
            async let first = run.pull()
            async let second = run.pull()
            let (one, two) = try await (first, second)
            #expect(one.files == two.files)
            #expect(run.fileRequests.count == 1)
        }
    }

    @Test func cancellationLeavesAPartToContinue() async throws {
        let stalled: @Sendable (ScriptedRequest, [UInt8]) -> ScriptedResponse = { _, content in
            ScriptedResponse(
                200, headers: [("Content-Length", "\(content.count)")], pieces: [Array(content[..<40_000])],
                ending: .stall)
        }
        try await PullRun.with(ScriptedHub(["m-Q8_0.gguf": Self.gguf], script: [stalled])) { run in
            let task = Task { try await run.pull() }
            while !run.events.events.contains(.arrived(file: "m-Q8_0.gguf", bytes: 40_000)) { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            _ = try await run.pull()
            #expect(run.fileRequests.last?.rangeStart == 40_000)
            #expect(try content(of: run.store.resolve("Model", environment: [:]).path) == Self.gguf)
        }
    }

    /// Whatever mixture of faults a server shows, the model is complete or absent, and patience completes it.
    @Test(arguments: 1...12)
    func anyMixtureOfFaultsEndsInTheRightBytes(_ seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let faults = (0..<12).map { _ -> @Sendable (ScriptedRequest, [UInt8]) -> ScriptedResponse in
            let count = Int.random(in: 0...50_000, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: return { _, _ in ScriptedResponse(503) }
            case 1: return { _, _ in ScriptedResponse(416) }
            case 2: return { _, content in ScriptedResponse(200, pieces: [Array(content.prefix(count))], ending: .cut) }
            case 3: return { _, _ in ScriptedResponse(429, headers: [("Retry-After", "1")]) }
            default: return ScriptedHub.cut(after: count)
            }
        }
        try await PullRun.with(ScriptedHub(["m-Q8_0.gguf": Self.gguf], script: faults)) { run in
            _ = try await run.pull { $0.maximumFailures = 20 }
            #expect(try content(of: run.store.resolve("Model", environment: [:]).path) == Self.gguf)
            #expect(run.names(in: run.store.places.downloads) == [])
        }
    }
}
