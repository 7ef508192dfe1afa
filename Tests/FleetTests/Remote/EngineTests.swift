import Fleet
import JSON
import NIOCore
import NIOHTTP1
import OpenAI
import Synchronization
import Testing

/// Running engines over a real connection, by the scripts of their answers.
@Suite(.timeLimit(.minutes(10))) struct EngineTests {
    private static let vllm: [String: String] = [
        "/v1/models": EngineScript.models("vllm", #""max_model_len":100"#),
        "/metrics": EngineScript.vllmMetrics, "/v1/completions": EngineScript.vllmAnswer,
        "/tokenize": #"{"count":2,"max_model_len":100,"tokens":[1,2],"token_strs":null}"#,
    ]
    private static let sglang: [String: String] = [
        "/v1/models": EngineScript.models("sglang", #""max_model_len":100"#),
        "/get_server_info": #"{"max_running_requests":8,"max_total_num_tokens":4000}"#,
        "/metrics": EngineScript.sglangMetrics, "/v1/completions": EngineScript.sglangAnswer,
        "/tokenize": #"{"count":2,"max_model_len":100,"tokens":[1,2]}"#,
    ]
    private static let llama: [String: String] = [
        "/v1/models": EngineScript.models("llamacpp", #""meta":{"n_vocab":1000,"n_ctx_train":32768}"#),
        "/props": EngineScript.llamaProps, "/metrics": EngineScript.llamaMetrics,
        "/v1/completions": EngineScript.llamaAnswer, "/apply-template": #"{"prompt":"<s>hi"}"#,
        "/tokenize": #"{"tokens":[1,2]}"#,
    ]

    /// An engine that answers by path, and what it was asked.
    @discardableResult private func engine<Result: Sendable>(
        _ answers: [String: String], timer: DeadlineTimer = .eventLoop, sent: Sent = Sent(),
        test: @escaping (HTTPWorker) async throws -> Result
    ) async throws -> Result {
        try await ScriptedWorker.run { exchange in
            sent.note(exchange)
            guard let answer = answers[exchange.path] else { return exchange.respond(404, "{}") }
            guard exchange.path == "/v1/completions" else { return exchange.respond(200, answer) }
            exchange.beginStream()
            exchange.writePart(answer)
            exchange.endStream()
        } test: { server in
            try await test(server.worker(timer: timer))
        }
    }

    /// The bodies of requests by path.
    private final class Sent: Sendable {
        private let bodies = Mutex<[String: JSON]>([:])

        func note(_ exchange: ScriptedExchange) {
            let body = try? JSON.parse(exchange.body)
            bodies.withLock { $0[exchange.path] = body }
        }

        subscript(path: String) -> JSON? { bodies.withLock { $0[path] } }
    }

    // MARK: Descriptions

    @Test func whatTheySayOfThemselves() async throws {
        let descriptions = [
            try await engine(Self.vllm) { try await $0.describe() },
            try await engine(Self.sglang) { try await $0.describe() },
            try await engine(Self.llama) { try await $0.describe() },
        ]
        #expect(descriptions.map(\.worker.kind) == ["vllm", "sglang", "llamacpp"])
        #expect(descriptions.map { $0.worker.models[0].card.contextLength } == [100, 100, 512])
        #expect(descriptions.map { $0.worker.models[0].kvTokens } == [1600, 4000, 1024])
        #expect(descriptions.map { $0.worker.models[0].maximumSequences } == [256, 8, 2])
        #expect(descriptions.allSatisfy { !$0.streamsLoad && !$0.resumesExactly })
        #expect(descriptions[0].worker.id.hasPrefix("vllm@127.0.0.1:"))
    }

    @Test func anUnknownEngineIsBroken() async throws {
        try await engine(["/v1/models": EngineScript.models("me", #""x":1"#)]) { worker in
            await #expect(throws: RemoteFailure.broken("its models are made by 'me', no engine that we know")) {
                _ = try await worker.describe()
            }
        }
    }

    // MARK: Answers

    @Test func answers() async throws {
        for (answers, events) in [
            (Self.vllm, EngineScript.vllmEvents), (Self.sglang, EngineScript.sglangEvents),
            (Self.llama, EngineScript.llamaEvents),
        ] {
            let log = try await engine(answers) { worker in
                _ = try await worker.describe()
                return await SequenceLog.whole { _ = worker.start(GleanerScript.request(), deliver: $0) }
            }
            #expect(log.events == events && log.failure == nil)
            #expect(log.share == GenerationTotals.Share(prefilledTokens: 3, generatedTokens: 4))
        }
    }

    /// Resumed tokens are prompt, and count against the limit.
    @Test func whatIsSent() async throws {
        var request = GleanerScript.request(maxTokens: 10, resumed: [8, 9])
        request.sampling.seed = -1
        request.sampling.repetitionPenalty = 1.5
        request.cacheSalt = "tenant"
        request.priority = 3
        let asked = request
        var bodies: [JSON] = []
        for answers in [Self.vllm, Self.sglang, Self.llama] {
            let sent = Sent()
            _ = try await engine(answers, sent: sent) { worker in
                _ = try await worker.describe()
                return await SequenceLog.whole { _ = worker.start(asked, deliver: $0) }
            }
            bodies.append(try #require(sent["/v1/completions"]))
        }
        for body in bodies {
            #expect(body["prompt"] == [1, 2, 3, 8, 9] && body["max_tokens"] == 8)
            #expect(body["stream_options"]?["include_usage"] == true && body["priority"] == nil)
        }
        #expect(bodies.map { $0["seed"] } == [-1, -1, 0x7FFF_FFFF])
        #expect(bodies.map { $0["cache_salt"] } == ["tenant", "tenant", nil])
        #expect(bodies.map { $0["cache_prompt"] } == [nil, nil, false])
        #expect(bodies.map { $0["return_token_ids"] } == [true, nil, nil])
        #expect(bodies.map { $0["stream_options"]?["continuous_usage_stats"] } == [true, true, nil])
        #expect(bodies[2]["timings_per_token"] == true && bodies[2]["repeat_penalty"] == 1.5)
    }

    @Test func anAnswerThatIsThereAlreadyEndsAtOnce() async throws {
        let sent = Sent()
        let log = try await engine(Self.vllm, sent: sent) { worker in
            _ = try await worker.describe()
            let request = GleanerScript.request(maxTokens: 2, resumed: [8, 9])
            return await SequenceLog.whole { _ = worker.start(request, deliver: $0) }
        }
        #expect(
            log.events == [
                .started(promptTokens: 3, cachedTokens: 0),
                .finished(choice: 0, reason: .length, completionTokens: 2),
            ])
        #expect(sent["/v1/completions"] == nil)
    }

    // MARK: Load

    /// Two reports, and the pause between them as long as the test wants.
    private func loads(_ answers: [String: String]) async throws -> [ModelLoad] {
        let timer = HandTimer()
        return try await engine(answers, timer: timer.timer) { worker in
            _ = try await worker.describe()
            let (reports, continuation) = AsyncStream<LoadReport>.makeStream()
            let following = Task { try await worker.followLoad { continuation.yield($0) } }
            var loads: [ModelLoad] = []
            for await report in reports {
                loads.append(report.models[0].load)
                if loads.count == 2 { break }
                await timer.started(.milliseconds(200))
                timer.fire(.milliseconds(200))
            }
            following.cancel()
            await #expect(throws: RemoteFailure.cancelled) { try await following.value }
            return loads
        }
    }

    @Test func loadOfVLLM() async throws {
        let load = ModelLoad(model: "m", running: 5, waiting: 4, kvUsage: 0.25, contextTokens: 400, steps: 1200)
        #expect(try await loads(Self.vllm) == [load, load])
    }

    /// It does not count steps in time; the reports stand for them.
    @Test func loadOfSGLang() async throws {
        let load = ModelLoad(model: "m", running: 2, waiting: 1, kvUsage: 0.5, contextTokens: 2000)
        var second = load
        second.steps = 1
        #expect(try await loads(Self.sglang) == [load, second])
    }

    @Test func loadOfLlamaServer() async throws {
        let load = ModelLoad(model: "m", running: 1, waiting: 5, kvUsage: 0.5, steps: 77)
        #expect(try await loads(Self.llama) == [load, load])
    }

    /// An engine that is busy lives as long as its metrics may take: its last report stands meanwhile.
    @Test func aSlowScrapeIsNoSilence() async throws {
        let (timer, asked) = (HandTimer(), AsyncStream<ScriptedExchange>.makeStream())
        try await ScriptedWorker.run { exchange in
            guard exchange.path == "/metrics" else {
                let answer = Self.llama[exchange.path]
                return exchange.respond(answer == nil ? 404 : 200, answer ?? "{}")
            }
            asked.continuation.yield(exchange)
        } test: { server in
            let worker = try server.worker(timer: timer.timer)
            _ = try await worker.describe()
            let (reports, continuation) = AsyncStream<LoadReport>.makeStream()
            let following = Task { try await worker.followLoad { continuation.yield($0) } }
            var (report, scrape) = (reports.makeAsyncIterator(), asked.stream.makeAsyncIterator())
            var last = LoadReport(isDraining: false, models: [])
            for _ in 0..<2 {
                let exchange = try #require(await scrape.next())
                for _ in 0..<3 {
                    await timer.started(.milliseconds(500))
                    timer.fire(.milliseconds(500))
                    #expect(await report.next() == last)
                }
                exchange.respond(200, EngineScript.llamaMetrics)
                last = try #require(await report.next())
                #expect(last.models.map(\.load.running) == [1])
                await timer.started(.milliseconds(200))
                timer.fire(.milliseconds(200))
            }
            _ = try #require(await scrape.next())
            await timer.started(.seconds(10))
            timer.fire(.seconds(10))
            await #expect(throws: RemoteFailure.lost("it did not answer within 10.0 seconds")) {
                try await following.value
            }
        }
    }

    @Test func anEngineWithoutMetricsLivesAsLongAsItsHealth() async throws {
        var answers = Self.llama
        answers["/metrics"] = nil
        answers["/health"] = #"{"status":"ok"}"#
        #expect(try await loads(answers).map(\.running) == [0, 0])
        answers["/health"] = nil
        let sick = answers
        try await engine(sick) { worker in
            _ = try await worker.describe()
            await #expect(throws: RemoteFailure.self) { try await worker.followLoad { _ in } }
        }
    }

    // MARK: Tokens

    private static let chat = Prompt.chat(ChatPrompt(messages: [["role": "user", "content": "hi"]]))

    private func tokenize(_ answers: [String: String], _ prompt: Prompt, sent: Sent) async throws -> [[Int32]] {
        try await engine(answers, sent: sent) { worker in
            _ = try await worker.describe()
            return try await worker.tokenize(GenerationRequest(id: "x", model: "m", prompt: prompt))
        }
    }

    @Test func tokensOfTexts() async throws {
        for answers in [Self.vllm, Self.sglang, Self.llama] {
            let tokens = try await tokenize(answers, .text(["a", "b"]), sent: Sent())
            #expect(tokens == [[1, 2], [1, 2]])
        }
    }

    /// What is gone on behind has no beginning of its own.
    @Test func tokensOfAnswers() async throws {
        var request = GenerationRequest(id: "x", model: "m", prompt: .text(["a"]))
        request.addsSpecialTokens = false
        let bodies: [([String: String], JSON)] = [
            (Self.vllm, ["model": "m", "prompt": "a", "add_special_tokens": false]),
            (Self.llama, ["content": "a", "add_special": false, "parse_special": false]),
        ]
        for (answers, expected) in bodies {
            let sent = Sent()
            _ = try await engine(answers, sent: sent) { [request] worker in
                _ = try await worker.describe()
                return try await worker.tokenize(request)
            }
            #expect(sent["/tokenize"] == expected)
        }
    }

    @Test func tokensOfChats() async throws {
        let sent = Sent()
        #expect(try await tokenize(Self.vllm, Self.chat, sent: sent) == [[1, 2]])
        #expect(sent["/tokenize"]?["messages"]?.array?.count == 1)
        #expect(try await tokenize(Self.llama, Self.chat, sent: sent) == [[1, 2]])
        #expect(sent["/apply-template"]?["add_generation_prompt"] == true)
        #expect(sent["/tokenize"] == ["content": "<s>hi", "add_special": true, "parse_special": true])
    }

    @Test func sglangCannotTokenizeChats() async throws {
        let failure = await #expect(throws: RemoteFailure.self) {
            _ = try await tokenize(Self.sglang, Self.chat, sent: Sent())
        }
        #expect(failure == .broken("it cannot apply a chat template"), "another worker of the model may")
    }
}
