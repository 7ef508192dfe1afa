import JSON
import LoadGenerator
import ScriptedServer
import Synchronization
import Testing

@Suite struct LoadGeneratorTests {
    /// The stream of an answer of `tokens` chunks, each an event of its own, and the usage that goes with it.
    static func answer(tokens: Int, promptTokens: Int = 10, ending: ScriptedResponse.Ending = .complete)
        -> ScriptedResponse
    {
        let deltas = (0..<tokens).map { #"data: {"choices":[{"delta":{"content":"w\#($0) "}}]}"# + "\n\n" }
        let last = [
            #"data: {"choices":[{"delta":{},"finish_reason":"length"}]}"# + "\n\n",
            #"data: {"choices":[],"usage":{"prompt_tokens":\#(promptTokens),"completion_tokens":\#(tokens),"#
                + #""prompt_tokens_details":{"cached_tokens":3}}}"# + "\n\ndata: [DONE]\n\n",
        ]
        let events = ending == .complete ? deltas + last : deltas
        return ScriptedResponse(200, pieces: events.map { Array($0.utf8) }, ending: ending)
    }

    private func plan(_ server: ScriptedServer, adjust: (inout LoadPlan) -> Void = { _ in }) throws -> LoadPlan {
        var plan = LoadPlan(baseURL: try LoadPlan.baseURL(server.address), model: "m")
        (plan.requests, plan.concurrency, plan.promptTokens, plan.maxTokens) = (8, 3, 10, 5)
        adjust(&plan)
        return plan
    }

    @Test func everyRequestIsSentOnceAndCounted() async throws {
        try await ScriptedServer.run({ _ in Self.answer(tokens: 5) }) { server in
            let ended = Mutex(0)
            let report = try await LoadGenerator.run(plan(server)) { count in ended.withLock { $0 = max($0, count) } }
            #expect(report.completed == 8 && report.failed == 0 && ended.withLock { $0 } == 8)
            #expect(report.outputTokens == 40 && report.promptTokens == 80 && report.cachedTokens == 24)
            #expect(report.interTokenLatency.map { $0.minimum >= 0 } == true)
            #expect(server.requests.count == 9, "and one to warm up")
            #expect(Set(server.requests.map(\.body)).count == 9, "no two prompts are alike")
            #expect(server.requests.allSatisfy { $0.method == "POST" && $0.path == "/v1/chat/completions" })
        }
    }

    /// Answers only when as many requests are there as may be: the run would not end if it sent fewer at once,
    /// and the count would show more.
    @Test func exactlyTheAllowedNumberIsUnderWay() async throws {
        let gate = Gate(size: 3, passFirst: 1)
        try await ScriptedServer.run({ _ in
            await gate.enter()
            return Self.answer(tokens: 1)
        }) { server in
            let report = try await LoadGenerator.run(plan(server) { $0.requests = 9 })
            #expect(report.completed == 9)
            #expect(await gate.mostWaiting == 3)
        }
    }

    @Test func promptsAreFittedToTheServersTokens() async throws {
        try await ScriptedServer.run({ request in
            let prompt = (try? JSON.parse(request.body))?["messages"]?.array?.first?["content"]?.string ?? ""
            return Self.answer(tokens: 1, promptTokens: prompt.split(separator: " ").count * 2)
        }) { server in
            let report = try await LoadGenerator.run(plan(server) { $0.promptTokens = 100 })
            #expect(report.promptTokens == 800, "two tokens a word: prompts have 50 words")
        }
    }

    @Test func failuresAreCountedByCauseAndLeaveTheOthersAlone() async throws {
        let number = Mutex(-1)
        try await ScriptedServer.run({ _ in
            switch number.withLock({
                $0 += 1; return $0
            }) {
            case 2: return ScriptedResponse(429, text: #"{"error":{"message":"too many"}}"#)
            case 3: return Self.answer(tokens: 2, ending: .cut)
            case 4: return ScriptedResponse(text: "data: {\"error\":{\"message\":\"lost\"}}\n\n")
            case 5: return ScriptedResponse(text: "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n")
            case 6: return ScriptedResponse(text: "data: nonsense\n\n")
            default: return Self.answer(tokens: 2)
            }
        }) { server in
            let report = try await LoadGenerator.run(plan(server))
            #expect(report.completed == 3 && report.failed == 5)
            let reasons = report.failures.map(\.reason)
            for expected in [
                "HTTP 429: too many", "error in the stream: lost", "the stream ended before the answer did",
                "error in the stream: a chunk is not JSON",
            ] {
                #expect(reasons.contains(expected), "\(reasons)")
            }
        }
    }

    @Test func aRequestThatTakesTooLongIsGivenUp() async throws {
        let isFirst = Mutex(true)
        try await ScriptedServer.run({ _ in
            let first = isFirst.withLock { value in
                defer { value = false }; return value
            }
            return Self.answer(tokens: 1, ending: first ? .complete : .stall)
        }) { server in
            let report = try await LoadGenerator.run(
                plan(server) { ($0.timeout, $0.requests) = (.seconds(4), 2) })
            #expect(report.failed == 2)
            #expect(report.failures.first?.reason.hasPrefix("no complete answer within") == true)
        }
    }

    @Test func aServerThatRefusesTheFirstRequestEndsTheRun() async throws {
        try await ScriptedServer.run({ _ in ScriptedResponse(404, text: #"{"error":{"message":"no model"}}"#) }) {
            server in
            let error = await #expect(throws: LoadError.self) { try await LoadGenerator.run(plan(server)) }
            #expect(error == .warmUpFailed(url: server.address + "/v1/chat/completions", reason: "HTTP 404: no model"))
            #expect(server.requests.count == 1)
        }
    }

    @Test func noServerIsSaidAtOnce() async throws {
        let address = "http://127.0.0.1:1"  // a port that nobody listens on and no other test is given
        let plan = LoadPlan(baseURL: address + "/v1", model: "m")
        let error = await #expect(throws: LoadError.self) { try await LoadGenerator.run(plan) }
        #expect(error == .warmUpFailed(url: plan.baseURL + "/chat/completions", reason: "connection refused"))
    }

    @Test func cancellationReportsWhatWasMeasured() async throws {
        let number = Mutex(-1)
        try await ScriptedServer.run({ _ in
            Self.answer(
                tokens: 1,
                ending: number.withLock {
                    $0 += 1; return $0
                } < 4 ? .complete : .stall)
        }) { server in
            let measured = Mutex(0)
            let plan = try plan(server) { $0.concurrency = 1 }
            let run = Task { try await LoadGenerator.run(plan) { count in measured.withLock { $0 = count } } }
            while measured.withLock({ $0 }) < 3 { await Task.yield() }
            run.cancel()
            let report = try await run.value
            #expect(report.completed == 3 && report.failed == 0)
        }
    }

    @Test func theModelIsAskedForWhenThereIsOne() async throws {
        let list = Mutex(#"{"data":[{"id":"only"}]}"#)
        try await ScriptedServer.run({ _ in ScriptedResponse(text: list.withLock { $0 }) }) { server in
            let url = try LoadPlan.baseURL(server.address)
            #expect(try await LoadGenerator.onlyModel(at: url, apiKey: "k") == "only")
            #expect(server.requests.first?.header("Authorization") == "Bearer k")
            list.withLock { $0 = #"{"data":[{"id":"a"},{"id":"b"}]}"# }
            await #expect(throws: LoadError.noModel(url: url, found: ["a", "b"])) {
                try await LoadGenerator.onlyModel(at: url, apiKey: nil)
            }
        }
    }

    @Test func withARateRequestsAreSentWhenDue() async throws {
        try await ScriptedServer.run({ _ in Self.answer(tokens: 2) }) { server in
            let report = try await LoadGenerator.run(plan(server) { ($0.rate, $0.concurrency) = (500, 8) })
            #expect(report.completed == 8)
            let last = try #require(Arrivals.times(count: 8, rate: 500, seed: 1).last)
            let first = try #require(Arrivals.times(count: 8, rate: 500, seed: 1).first)
            #expect(report.duration >= last - first, "nothing is sent before its time")
        }
    }
}

/// Lets `passFirst` through, then holds all until `size` are there, and lets these go together.
private actor Gate {
    private let size: Int
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private(set) var mostWaiting = 0

    init(size: Int, passFirst: Int) {
        self.size = size
        free = passFirst
    }

    func enter() async {
        if free > 0 {
            free -= 1
            return
        }
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            mostWaiting = max(mostWaiting, waiting.count)
            guard waiting.count == size else { return }
            waiting.forEach { $0.resume() }
            waiting = []
        }
    }
}
