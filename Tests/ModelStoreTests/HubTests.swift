import JSON
import ModelStore
import ScriptedServer
import TestSupport
import Testing

/// What a hub says, and what it learns about us.
@Suite(.timeLimit(.minutes(10))) struct HubTests {
    static let gguf = ScriptedHub.bytes(5_000)

    @Test func theTokenStaysWithItsHub() async throws {
        let hub = ScriptedHub(["m-Q8_0.gguf": Self.gguf])
        let cdn: @Sendable (ScriptedRequest) -> ScriptedResponse = { ScriptedHub.whole($0, Self.gguf) }
        try await ScriptedServer.run({ cdn($0) }) { elsewhere in
            try await PullRun.with({ request in
                guard request.path.contains("/resolve/") else { return hub.respond(to: request) }
                return ScriptedResponse(302, headers: [("Location", elsewhere.address + "/signed?x=1")])
            }) { run in
                _ = try await run.pull(token: "hf_secret")
                #expect(run.server.requests.allSatisfy { $0.header("Authorization") == "Bearer hf_secret" })
                #expect(elsewhere.requests.count == 1)
                #expect(elsewhere.requests.allSatisfy { $0.header("Authorization") == nil })
                #expect(elsewhere.requests.first?.path == "/signed?x=1")
            }
        }
    }

    @Test func relativeRedirectsAreFollowedAndEndlessOnesAreNot() async throws {
        let hub = ScriptedHub(["m-Q8_0.gguf": Self.gguf])
        try await PullRun.with({ request in
            if request.path.hasPrefix("/api/models/Owner/Model/revision/main") {
                return ScriptedResponse(307, headers: [("Location", "/moved/here")])
            }
            return request.path == "/moved/here" ? ScriptedResponse(text: hub.listing()) : hub.respond(to: request)
        }) { run in _ = try await run.pull() }
        try await PullRun.with({ ScriptedResponse(302, headers: [("Location", $0.path + "/x")]) }) { run in
            await #expect(throws: PullError.self) { try await run.pull() }
            #expect(run.server.requests.count < 12)
        }
    }

    @Test(arguments: [
        (404, "RepoNotFound", PullError.noRepository("Owner/Model")),
        (404, "RevisionNotFound", .noRevision("main", repository: "Owner/Model")),
        (401, "RepoNotFound", .forbidden(repository: "Owner/Model", isGated: false, hadToken: false)),
        (403, "GatedRepo", .forbidden(repository: "Owner/Model", isGated: true, hadToken: false)),
        (418, "", .status(418, url: "")),
    ])
    func refusalsSayWhatToDo(_ status: Int, _ code: String, _ expected: PullError) async throws {
        try await PullRun.with({ _ in ScriptedResponse(status, headers: [("X-Error-Code", code)]) }) { run in
            let error = await #expect(throws: PullError.self) { try await run.pull() }
            switch (error, expected) {
            case (.status(let status, _), .status(let expected, _)): #expect(status == expected)
            default: #expect(error == expected)
            }
            #expect(run.server.requests.count == 1, "asking again does not help")
        }
    }

    @Test func aBusyServerIsWaitedForAsLongAsItAsks() async throws {
        let hub = ScriptedHub(
            ["m-Q8_0.gguf": Self.gguf],
            script: [
                { _, _ in ScriptedResponse(429, headers: [("Retry-After", "7")]) }, { _, _ in ScriptedResponse(503) },
            ])
        try await PullRun.with(hub) { run in
            _ = try await run.pull()
            #expect(run.events.pauses == [.seconds(7), .seconds(1)])
        }
    }

    @Test func patienceEnds() async throws {
        try await PullRun.with({ _ in ScriptedResponse(503) }) { run in
            await #expect(throws: PullError.self) { try await run.pull() }
            #expect(run.server.requests.count == 6)
            #expect(zip(run.events.pauses, run.events.pauses.dropFirst()).allSatisfy { $0 < $1 })
        }
        try await PullRun.with({ _ in ScriptedResponse(429, headers: [("Retry-After", "9999")]) }) { run in
            await #expect(throws: PullError.self) { try await run.pull() }
            #expect(run.server.requests.count == 1)
        }
    }

    @Test func noServerIsSaidToBeUnreachable() async throws {
        try await withTemporaryFolder { folder in
            let address = "http://127.0.0.1:1"  // a port that nobody listens on and no other test is given
            var retry = RetryPolicy()
            retry.pause = { _ in await Task.yield() }
            let error = await #expect(throws: PullError.self) {
                try await ModelStore(places: StorePlaces(home: folder)).pull(
                    RepositoryReference("o/r"), from: HubSettings(endpoint: HubEndpoint(address)), retry: retry
                ) { _ in }
            }
            #expect(error == .unreachable(endpoint: address, reason: "connection refused"))
        }
    }

    /// Of the two limits one is short and the other never met, so that it is known which of them ends the wait.
    @Test func aServerThatStopsInTheMiddleIsGivenUp() async throws {
        let answer = ScriptedResponse(200, headers: [("Content-Length", "10")], pieces: [[1]], ending: .stall)
        try await expectGivenUp("nothing arrived for too long", { _ in answer }) {
            ($0.answerTimeout, $0.idleTimeout) = (.seconds(600), .milliseconds(100))
        }
    }

    @Test func aServerThatDoesNotAnswerIsGivenUp() async throws {
        try await expectGivenUp(
            "the answer did not begin in time",
            { _ in
                try await Task.sleep(for: .seconds(600))
                return ScriptedResponse(text: "")
            }
        ) { ($0.answerTimeout, $0.idleTimeout) = (.milliseconds(100), .seconds(600)) }
    }

    private func expectGivenUp(
        _ reason: String, _ respond: @escaping @Sendable (ScriptedRequest) async throws -> ScriptedResponse,
        limits: @escaping @Sendable (inout HubSettings) -> Void
    ) async throws {
        try await ScriptedServer.run(respond) { server in
            try await withTemporaryFolder { folder in
                var settings = HubSettings(endpoint: try HubEndpoint(server.address))
                limits(&settings)
                var retry = RetryPolicy()
                retry.pause = { _ in await Task.yield() }
                retry.maximumFailures = 2
                await #expect(throws: PullError.unreachable(endpoint: server.address, reason: reason)) {
                    try await ModelStore(places: StorePlaces(home: folder)).pull(
                        RepositoryReference("o/r"), from: settings, retry: retry
                    ) { _ in }
                }
            }
        }
    }

    @Test(arguments: [
        "", "<html>", "[]", "{}", #"{"siblings":[]}"#, #"{"siblings":[],"sha":"../.."}"#, #"{"siblings":{},"sha":"a"}"#,
        #"{"sha":"a","siblings":[{"rfilename":"../../m-Q8_0.gguf","size":1,"blobId":"x"}]}"#,
        #"{"sha":"a","siblings":[{"rfilename":"m-Q8_0.gguf","size":-1}]}"#,
        #"{"sha":"a","siblings":[{"rfilename":"m-Q8_0.gguf","size":9000000000000000000}]}"#,
        #"{"sha":"a","siblings":[{"rfilename":"config.json","size":9000000000000000000},"#
            + #"{"rfilename":"model.safetensors","size":9000000000000000000}]}"#,
    ])
    func hostileListingsAreRefused(_ listing: String) async throws {
        try await PullRun.with({ _ in ScriptedResponse(text: listing) }) { run in
            await #expect(throws: (any Error).self) { try await run.pull() }
            #expect(run.names(in: run.store.places.home).filter { $0 != "pulling" } == [])
        }
    }

    @Test func aListingWithoutSizesIsCompletedFromTheTree() async throws {
        let hub = ScriptedHub(["m-Q8_0.gguf": Self.gguf])
        let entry = try #require(JSON.parse(hub.listing())["siblings"]?.array?.first)
        let tree = { (path: String) in
            let lfs = #"{"oid":"\#(entry["lfs"]?["sha256"]?.string ?? "")","size":5000}"#
            return
                #"[{"type":"directory","path":"x"},{"type":"file","path":"\#(path)","size":5000,"oid":"1","lfs":\#(lfs)}]"#
        }
        let pages = [tree("other-Q2_K.gguf"), tree("m-Q8_0.gguf")]
        try await PullRun.with({ request in
            if request.path.contains("/revision/") {
                return ScriptedResponse(
                    text: #"{"sha":"\#(ScriptedHub.commit)","siblings":[{"rfilename":"m-Q8_0.gguf"}]}"#)
            }
            guard request.path.contains("/tree/") else { return hub.respond(to: request) }
            if request.path.contains("cursor") { return ScriptedResponse(text: pages[1]) }
            let next = "<http://\(request.host)\(request.path)&cursor=2>; rel=\"next\""
            return ScriptedResponse(headers: [("Link", next)], text: pages[0])
        }) { (run) async throws in
            #expect(try await run.pull("Owner/Model").name.tag == "Q8_0")
        }
    }

    @Test func settingsComeFromTheEnvironment() async throws {
        try await withTemporaryFolder { folder in
            try write(Array(" hf_file\n".utf8), to: folder + "/.cache/huggingface/token")
            let home = ["HOME": folder]
            #expect(try HubSettings.fromEnvironment(home).token == "hf_file")
            #expect(try HubSettings.fromEnvironment(home).endpoint.description == "https://huggingface.co")
            #expect(try HubSettings.fromEnvironment(home.merging(["HF_TOKEN": "hf_env"]) { $1 }).token == "hf_env")
            #expect(try HubSettings.fromEnvironment(["HF_ENDPOINT": "http://m/"]).endpoint.description == "http://m")
            for bad in ["ftp://x", "huggingface.co", "https://"] {
                #expect(throws: PullError.self) { try HubSettings.fromEnvironment(["HF_ENDPOINT": bad]) }
            }
            let error = #expect(throws: PullError.self) {
                try HubSettings.fromEnvironment(["HF_TOKEN": "hf_secret\r\nX-Evil: 1"])
            }
            #expect(error.map { !"\($0)".contains("hf_secret") } == true, "a message never repeats a secret")
        }
    }
}
