import Gateway
import Ledger
import OpenAI
import Testing
import WebServer
import WebTestSupport

/// From a request to its line of usage and its money. A prompt costs 1 µUSD a token (cached: half), an output token 10.
@Suite(.timeLimit(.minutes(10))) struct ChargeTests {
    private static let hello = PicoUSD(pico: 2 * 1_000_000 + 2 * 500_000 + 2 * 10_000_000)

    /// A server with one buyer.
    private static func serving(
        _ worker: FakeWorker, credit: String = "1", limits: Limits = Limits(),
        _ body: @Sendable (TestServer, _ authorization: String) async throws -> Void
    ) async throws {
        try await TestServer.running(worker) { server in
            let key = try await server.ledger.addBuyer(credit: credit, limits: limits)
            try await body(server, "authorization: Bearer \(key.text)\r\n")
        }
    }

    @Test(arguments: ["", #","stream":true"#])
    func aCompleteAnswerIsChargedOnceAndSplit(_ mode: String) async throws {
        try await Self.serving(FakeWorker(.events(FakeWorker.hello))) { server, key in
            let answer = try await server.chat(mode, headers: key)
            #expect(answer.status == 200)
            let line = try #require(try await server.ledger.usageLines().first)
            #expect(line.requestID == answer["x-generation-id"] && line.requestID == answer["inference-id"])
            #expect(line.outcome == .completed && line.charge == Self.hello && line.tenant == "acme")
            #expect(line.segment.promptTokens == 4 && line.segment.cachedTokens == 2 && line.segment.outputTokens == 2)
            #expect(try await server.ledger.balance(.tenant("acme")).description == "0.999977")
            #expect(try await server.ledger.balance(.operator("local")) == Self.hello)
            #expect(try await server.ledger.usageLines().count == 1)
        }
    }

    /// A worker starts long before it has something to say, and the prompt is charged all the same.
    @Test func thePromptOfAStreamCounts() async throws {
        let worker = FakeWorker(.byHand)
        let clock = ManualClock()
        var limits = ServerLimits()
        limits.keepAliveInterval = .seconds(3)
        try await TestServer.running(worker, limits: limits, clock: clock) { server in
            try await server.connected { client in
                try await client.post("/v1/chat/completions", TestServer.body(#","stream":true"#))
                _ = await worker.happening()
                worker.generations[0].yield(FakeWorker.hello[0])
                // A comment says that the stream has read what there was.
                for _ in 0..<2 {
                    await clock.waitForSleeper(.seconds(3))
                    clock.advance(by: .seconds(3))
                    _ = try await client.read(through: ": keep-alive")
                }
                for event in FakeWorker.hello.dropFirst() { worker.generations[0].yield(event) }
                worker.generations[0].finish()
                _ = try await client.read(through: "[DONE]")
            }
            let line = try await server.firstUsageLine()
            #expect(line.segment.promptTokens == 4 && line.segment.cachedTokens == 2 && line.segment.outputTokens == 2)
        }
    }

    @Test func aClientThatLeavesPaysForWhatWasSent() async throws {
        let worker = FakeWorker(.byHand)
        try await Self.serving(worker) { server, key in
            try await server.connected { client in
                try await client.post("/v1/chat/completions", TestServer.body(#","stream":true"#), headers: key)
                _ = await worker.happening()
                let generation = try #require(worker.generations.first)
                generation.yield(.started(promptTokens: 4, cachedTokens: 0))
                generation.yield(.delta(choice: 0, text: "one two three", completionTokens: 3))
                _ = try await client.read(through: "three")
            }
            #expect(await worker.happening() == .cancelled(model: "demo"))
            let line = try await server.firstUsageLine()
            #expect(line.outcome == .cancelled && line.segment.outputTokens == 3)
            #expect(line.charge == PicoUSD(pico: 4 * 1_000_000 + 3 * 10_000_000))
        }
    }

    @Test(arguments: ["", #","stream":true"#])
    func anErrorCostsNothingAndReleasesTheReservation(_ mode: String) async throws {
        let worker = FakeWorker(.events([FakeWorker.hello[0], FakeWorker.hello[1]], error: APIError.internalFailure))
        // Enough for one reservation at a time.
        try await Self.serving(worker, credit: "0.0007") { server, key in
            for _ in 0..<3 {
                let answer = try await server.chat(mode, headers: key)
                #expect(answer.body.contains("internal_error"))
            }
            #expect(try await server.ledger.balance(.tenant("acme")).description == "0.0007")
            #expect(try await server.ledger.usageLines().allSatisfy { $0.outcome == .failed && $0.charge == .zero })
        }
    }

    @Test func anEmptyBalanceHasACodeOfItsOwn() async throws {
        try await Self.serving(FakeWorker(.events(FakeWorker.hello)), credit: "0.0001") { server, key in
            let answer = try await server.chat(headers: key)
            #expect(answer.status == 429 && answer["x-should-retry"] == "false" && answer["retry-after"] == nil)
            #expect(answer.body.contains(#""code":"insufficient_quota""#))
            // A smaller request fits.
            #expect(try await server.chat(#","max_tokens":5"#, headers: key).status == 200)
        }
    }

    @Test func limitsAreToldAndHeld() async throws {
        let limits = Limits(requestsPerMinute: 2, tokensPerMinute: 100)
        try await Self.serving(FakeWorker(.events(FakeWorker.hello)), limits: limits) { server, key in
            let first = try await server.chat(#","max_tokens":10"#, headers: key)
            #expect(first["x-ratelimit-limit-requests"] == "2" && first["x-ratelimit-remaining-requests"] == "1")
            #expect(first["x-ratelimit-limit-tokens"] == "100" && first["x-ratelimit-remaining-tokens"] == "87")
            #expect(first["x-ratelimit-reset-requests"]?.hasSuffix("s") == true)
            #expect(try await server.chat(#","max_tokens":10"#, headers: key).status == 200)
            let third = try await server.chat(#","max_tokens":10"#, headers: key)
            #expect(third.status == 429 && third.body.contains("rate_limit_exceeded"))
            let seconds = try #require(third["retry-after"].flatMap { Int($0) })
            let milliseconds = try #require(third["retry-after-ms"].flatMap { Int($0) })
            #expect((1...30).contains(seconds) && milliseconds <= seconds * 1000)
        }
    }

    @Test func aModelThatTheTenantMayNotUseIsRefused() async throws {
        let limits = Limits(models: ["other"])
        try await Self.serving(FakeWorker(.events(FakeWorker.hello)), limits: limits) { server, key in
            let answer = try await server.chat(headers: key)
            #expect(answer.status == 403 && answer.body.contains("model_not_allowed"))
        }
    }

    @Test(arguments: [("auto", "default"), ("default", "default"), ("flex", "flex"), ("batch", "default")])
    func theTierReallyUsedIsInTheAnswer(_ asked: String, _ used: String) async throws {
        try await Self.serving(FakeWorker(.events(FakeWorker.hello))) { server, key in
            let base = try TokenPrices.perToken(input: "0", output: "0.000001")
            _ = try await server.ledger.setPrice(model: "demo", tier: .flex, base: base)
            for mode in ["", #","stream":true"#] {
                let answer = try await server.chat(#","service_tier":"\#(asked)""# + mode, headers: key)
                #expect(answer.body.contains(#""service_tier":"\#(used)""#))
            }
            #expect(try await server.ledger.usageLines().allSatisfy { $0.tier.rawValue == used })
        }
    }

    @Test func withoutATenantEverythingIsCountedForLocal() async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            #expect(try await server.chat(headers: "authorization: Bearer anything\r\n").status == 200)
            #expect(try await server.chat().status == 200)
            let lines = try await server.ledger.usageLines()
            #expect(lines.count == 2 && lines.allSatisfy { $0.tenant == "local" && $0.charge == .zero })
            #expect(lines.allSatisfy { $0.segment.outputTokens == 2 })
        }
    }
}

extension TestServer {
    /// The first line of usage, when there is one: a client that left does not hear of its settlement.
    func firstUsageLine() async throws -> UsageLine {
        while true {
            if let line = try await ledger.usageLines().first { return line }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
