import JSON
import LoadGenerator
import ScriptedServer
import Synchronization
import Testing

/// Whole runs against a server on the loopback interface.
@Suite(.timeLimit(.minutes(10))) struct LoadGeneratorTests {
    private static func plan(
        _ server: ScriptedServer, requests: Int, adjust: (inout LoadPlan) -> Void = { _ in }
    ) throws -> LoadPlan {
        try plan(server.address, requests: requests, adjust: adjust)
    }

    private static func plan(
        _ address: String, requests: Int, adjust: (inout LoadPlan) -> Void = { _ in }
    ) throws -> LoadPlan {
        var plan = LoadPlan(server: try ServerAddress(address), seed: 1)
        plan.model = "m"
        (plan.requests, plan.concurrency, plan.warmUpRequests) = (requests, 1, 0)
        (plan.promptTokens, plan.maxTokens) = (12, 8)
        adjust(&plan)
        return plan
    }

    private static let answer = ScriptedResponse(
        200,
        pieces: [
            Chunks.role, Chunks.text(), Chunks.text(), Chunks.finish, Chunks.usage(prompt: 20, output: 5, cached: 4),
            Chunks.done,
        ])

    private static func prompt(_ request: ScriptedRequest) throws -> String? {
        try JSON.parse(request.body)["messages"]?.array?.first?["content"]?.string
    }

    @Test func requestsAreSentOnceInOrderAndCounted() async throws {
        try await ScriptedServer.run({ _ in Self.answer }) { server in
            let progress = Mutex<[Int]>([])
            let plan = try Self.plan(server, requests: 6) { $0.apiKey = "k" }
            let report = try await LoadGenerator.run(plan) { now in progress.withLock { $0.append(now.ended) } }
            #expect([report.summary.numCompleted, report.summary.numFailed] == [6, 0] && !report.isInterrupted)
            #expect([report.summary.promptTokens, report.summary.cachedTokens] == [120, 24])
            #expect([report.summary.outputTokens, report.summary.textChunks] == [30, 12])
            #expect(progress.withLock { $0 } == Array(1...6))
            let expected = (0..<6).map { PromptMaker(seed: 1, words: 12).prompt($0) }
            #expect(try server.requests.map(Self.prompt) == expected)
            #expect(server.requests.allSatisfy { $0.path == "/v1/chat/completions" && $0.method == "POST" })
            #expect(server.requests.allSatisfy { $0.header("Authorization") == "Bearer k" })
        }
    }

    @Test func everyFailureIsCountedByItsKindAndSparesTheOthers() async throws {
        let answers: [ScriptedResponse] = [
            Self.answer,
            ScriptedResponse(200, pieces: [Chunks.text() + Chunks.text() + Chunks.text() + Chunks.done]),
            ScriptedResponse(429, text: #"{"error":{"message":"slow down"}}"#),
            ScriptedResponse(200, pieces: [Chunks.text(), Chunks.error]),
            ScriptedResponse(200, pieces: [Chunks.text()], ending: .cut),
            ScriptedResponse(200, pieces: [Chunks.text()]),
            ScriptedResponse(200, text: #"{"choices":[{"message":{"content":"no stream"}}]}"#),
            ScriptedResponse(200, pieces: [Chunks.event("nonsense")]),
            ScriptedResponse(302, headers: [("Location", "http://127.0.0.1:1/")]),
            ScriptedResponse(200, pieces: [Array(repeating: 0x61, count: 2 << 20)], ending: .stall),
            ScriptedResponse(200, pieces: [Chunks.text() + Chunks.done], ending: .cut),
        ]
        let next = Mutex(0)
        try await ScriptedServer.run({ _ in
            answers[
                next.withLock { next in
                    next += 1
                    return next - 1
                }]
        }) { server in
            let report = try await LoadGenerator.run(try Self.plan(server, requests: answers.count))
            let kinds = Dictionary(uniqueKeysWithValues: report.summary.failures.map { ($0.kind, $0.count) })
            #expect(
                kinds == [
                    "http_429": 1, "error_event": 1, "connection_closed": 1, "incomplete_stream": 1, "not_a_stream": 1,
                    "malformed_stream": 2, "http_302": 1,
                ])
            #expect(report.summary.numCompleted == 3, "with usage, without, and cut after [DONE]")
            #expect(report.summary.numWithoutUsage == 2 && report.summary.outputTokens == 5 + 3 + 1)
            let refusal = report.summary.failures.first { $0.kind == "http_429" }
            #expect(refusal?.example == "the server answered 429: slow down")
            #expect(!report.isFailure)
        }
    }

    @Test(arguments: [[], [Chunks.text()]]) func aStallEndsAtItsDeadline(_ pieces: [[UInt8]]) async throws {
        let manual = ManualClock()
        let number = Mutex(0)
        try await ScriptedServer.run({ _ in
            let isFirst = number.withLock { number in
                number += 1
                return number == 1
            }
            if isFirst { manual.advance(by: 31) }
            return isFirst ? ScriptedResponse(200, pieces: pieces, ending: .stall) : Self.answer
        }) { server in
            let plan = try Self.plan(server, requests: 2) { $0.timeoutSeconds = 30 }
            let report = try await LoadGenerator.run(plan, clock: manual.clock)
            #expect(report.summary.failures.map(\.kind) == ["timeout"])
            #expect(report.summary.numCompleted == 1, "the next request is sent all the same")
        }
    }

    @Test func anInterruptReportsWhatWasMeasured() async throws {
        let (stalls, stalled) = AsyncStream<Void>.makeStream()
        let number = Mutex(0)
        try await ScriptedServer.run({ _ in
            let isThird = number.withLock { number in
                number += 1
                return number == 3
            }
            if isThird { stalled.yield() }
            return isThird ? ScriptedResponse(200, pieces: [Chunks.text()], ending: .stall) : Self.answer
        }) { server in
            let plan = try Self.plan(server, requests: 9)
            let run = Task { try await LoadGenerator.run(plan) }
            _ = await stalls.first { true }
            run.cancel()
            let report = try await run.value
            #expect(
                [report.summary.numCompleted, report.summary.numFailed, report.summary.numUnfinished] == [2, 0, 7])
            #expect(report.isInterrupted && !report.isFailure && server.requests.count == 3)
        }
    }

    /// The server answers nobody until as many requests as may be are there: with fewer, the run would not end.
    @Test func asManyRequestsAreUnderWayAsWereAskedFor() async throws {
        let gate = Gate(size: 12)
        try await ScriptedServer.run({ _ in
            await gate.pass()
            return Self.answer
        }) { server in
            let report = try await LoadGenerator.run(try Self.plan(server, requests: 36) { $0.concurrency = 12 })
            #expect(report.summary.numCompleted == 36)
        }
    }

    @Test func anOpenLoopSendsAtItsSchedule() async throws {
        let manual = ManualClock(skippingUntil: 10_000)
        try await ScriptedServer.run({ _ in Self.answer }) { server in
            let plan = try Self.plan(server, requests: 20) {
                ($0.requestsPerSecond, $0.concurrency, $0.timeoutSeconds) = (2, 20, 100_000)
            }
            let report = try await LoadGenerator.run(plan, clock: manual.clock)
            let schedule = Schedule(requests: 20, requestsPerSecond: 2, seed: 1)
            #expect(report.summary.numCompleted == 20 && report.summary.startDelay?.count == 20)
            #expect(report.summary.startDelay.map { $0.minimum >= 0 } == true)
            #expect(manual.clock.now() == schedule.due.last, "the last was waited for, and nothing beyond it")
        }
    }

    @Test func warmUpIsNotCountedAndFitsThePromptsToTheServersTokens() async throws {
        try await ScriptedServer.run({ request in
            if request.path.hasSuffix("/models") { return ScriptedResponse(text: #"{"data":[{"id":"x"},{"id":"y"}]}"#) }
            let words = try Self.prompt(request)?.split(separator: " ").count ?? 0
            return ScriptedResponse(
                200, pieces: [Chunks.text(), Chunks.usage(prompt: words * 3, output: 1), Chunks.done])
        }) { server in
            let plan = try Self.plan(server, requests: 4) {
                ($0.model, $0.warmUpRequests, $0.promptTokens) = (nil, 2, 60)
            }
            let report = try await LoadGenerator.run(plan)
            #expect(report.model == "x" && report.summary.numCompleted == 4)
            #expect(report.summary.promptTokens == 4 * 60, "of 20 words each")
            let posts = server.requests.filter { $0.method == "POST" }
            let prompts = try Set(posts.map(Self.prompt))
            #expect(posts.count == 6 && prompts.count == 6)
            #expect(try posts.allSatisfy { try JSON.parse($0.body)["model"] == "x" })
        }
    }

    @Test func aRunThatCannotBeginSaysWhy() async throws {
        try await ScriptedServer.run({ request in
            request.path.hasSuffix("/models")
                ? ScriptedResponse(text: #"{"data":[]}"#) : ScriptedResponse(401, text: #"{"detail":"who are you"}"#)
        }) { server in
            let nameless = try Self.plan(server, requests: 1) { $0.model = nil }
            await #expect(throws: LoadError.emptyModelList(url: server.address + "/v1/models")) {
                try await LoadGenerator.run(nameless)
            }
            let refused = try Self.plan(server, requests: 1) { $0.warmUpRequests = 1 }
            let failure = RequestFailure.status(401, message: "who are you")
            await #expect(throws: LoadError.warmUpFailed(url: server.address + "/v1/chat/completions", failure)) {
                try await LoadGenerator.run(refused)
            }
            #expect(try await LoadGenerator.run(Self.plan(server, requests: 3)).isFailure)
        }
    }

    @Test func withoutAServerEveryRequestFailsByItsName() async throws {
        // Nobody listens on that port, and the system gives it to no other test.
        let report = try await LoadGenerator.run(try Self.plan("http://127.0.0.1:1", requests: 3))
        #expect(report.summary.failures.map(\.kind) == ["no_connection"] && report.isFailure)
        #expect(report.summary.failures.first?.count == 3)
    }
}

/// Lets nobody pass until `size` have come; then all of those, and begins again.
private actor Gate {
    private let size: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(size: Int) { self.size = size }

    func pass() async {
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            guard waiting.count == size else { return }
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
    }
}
