import JSON
import OpenAI
import Testing
import WebServer
import WebTestSupport
import WorkerAPI

/// All sequences of a gateway over one connection.
@Suite(.timeLimit(.minutes(10))) struct SequenceRouteTests {
    private static func running(
        _ worker: FakeWorker, token: String? = nil, limits: ServerLimits = ServerLimits(),
        clock: any Clock<Duration> = ContinuousClock(),
        _ body: @escaping @Sendable (TestWorkerServer, inout SequenceClient) async throws -> Void
    ) async throws {
        try await TestWorkerServer.running(worker, token: token, limits: limits, clock: clock) { server in
            try await server.connected { client in
                var sequences = try await SequenceClient.opened(on: client)
                try await body(server, &sequences)
            }
        }
    }

    /// An answer in which nothing is missing: taken, started, its tokens, its reason, and what the worker did.
    @Test func aSequenceIsToldFromItsStartToItsLastWord() async throws {
        let worker = FakeWorker(.byHand)
        try await Self.running(worker) { server, sequences in
            try await sequences.start(
                5, #","max_tokens":9,"priority":2,"cache_salt":"acme","seed":4,"logprobs":1"#, prompt: [7, 8],
                resumed: [9])
            #expect(await worker.happening() == .started(model: "demo"))
            let asked = try #require(worker.prepared.first)
            #expect(asked.prompt == .tokens([[7, 8]]) && asked.resumed == [9] && asked.maxTokens == 9)
            #expect(
                asked.priority == 2 && asked.cacheSalt == "acme" && asked.sampling.seed == 4 && asked.requestID == "r5")
            #expect(asked.topLogprobs == 1 && asked.returnsTokenIDs)
            let generation = worker.generations[0]
            let token = GeneratedToken(token: ScoredToken(id: 3, bytes: [65], logprob: -1))
            generation.yield(.started(promptTokens: 2, cachedTokens: 1))
            generation.yield(.delta(choice: 0, text: "A", completionTokens: 2, tokens: [token], tokenIDs: [3]))
            generation.yield(.finished(choice: 0, reason: .stop, completionTokens: 2))
            generation.finish()
            let news = try await sequences.next(5)
            #expect(news.allSatisfy { $0.sequence == 5 })
            #expect(
                news.map(\.event) == [
                    .accepted, .started(promptTokens: 2, cachedTokens: 1),
                    .progress(.init(ids: [3], text: "A", shown: 2, tokens: [token])),
                    .progress(.init(shown: 2, finish: .stop)),
                    .done(completionTokens: 2, share: .init(prefilledTokens: 2, generatedTokens: 2)),
                ])
            try await Self.eventually { server.server.numRunning == 0 }
        }
    }

    /// Many at once, and each has its own.
    @Test func sequencesDoNotMix() async throws {
        let count = 40
        try await Self.running(FakeWorker(.talk(words: 12))) { server, sequences in
            for number in 0..<UInt32(count) { try await sequences.start(number) }
            var (texts, ends) = (Array(repeating: "", count: count), 0)
            while ends < count {
                let one = try await sequences.next()
                switch one.event {
                case .progress(let more): texts[Int(one.sequence)] += more.text
                case .done: ends += 1
                case .accepted, .started: break
                case .failed(let failure): Issue.record("\(String(decoding: failure.body, as: UTF8.self))")
                }
            }
            let expected = (0..<12).map { "demo\($0) " }.joined()
            #expect(texts.allSatisfy { $0 == expected })
        }
    }

    @Test func aCancelIsConfirmedAndReachesTheEngine() async throws {
        let worker = FakeWorker(.byHand)
        try await Self.running(worker) { server, sequences in
            try await sequences.start(0)
            try await sequences.start(1)
            #expect(await worker.happening() == .started(model: "demo"))
            #expect(await worker.happening() == .started(model: "demo"))
            #expect(try await sequences.next(2).allSatisfy { $0.event == .accepted })
            try await sequences.send(.cancel(sequence: 0), .cancel(sequence: 77), .pulse)
            #expect(await worker.happening() == .cancelled(model: "demo"))
            #expect(
                try await sequences.next() == SequenceNews(sequence: 0, event: .done(completionTokens: 0, share: nil)))
            try await Self.eventually { server.server.numRunning == 1 }
        }
    }

    /// The client's mistakes and a full worker are told of the one sequence; the others go on.
    @Test(
        arguments: [
            (#","temperature":9"#, [1], [], 400), (#","what":1"#, [1], [], 400), (#","n":2"#, [1], [], 400),
            (#","stream":true"#, [1], [], 400), (#","max_tokens":1"#, [1], [2, 3], 400),
            ("", Array(repeating: 1, count: 60), Array(repeating: 2, count: 5), 400), ("]", [1], [], 400),
        ] as [(String, [Int32], [Int32], Int)])
    func aRefusalIsOneSequences(parameters: String, prompt: [Int32], resumed: [Int32], status: Int) async throws {
        try await Self.running(FakeWorker(.talk(words: 1))) { server, sequences in
            try await sequences.start(3, parameters, prompt: prompt, resumed: resumed)
            guard case .failed(let failure) = try await sequences.next().event else {
                Issue.record("it was taken")
                return
            }
            let message = try JSON.parse(failure.body)["error"]?["message"]?.string ?? ""
            #expect(failure.status == status && !message.isEmpty)
            try await sequences.start(4)
            #expect(try await sequences.next() == SequenceNews(sequence: 4, event: .accepted))
        }
    }

    @Test func promptsThatTakeTooMuchRoomAreRefused() async throws {
        var limits = ServerLimits()
        limits.bodyBytesInFlight = 1000
        try await Self.running(FakeWorker(.talk(words: 1)), limits: limits) { _, sequences in
            try await sequences.start(0, prompt: Array(repeating: 1, count: 300))
            guard case .failed(let failure) = try await sequences.next().event else {
                Issue.record("it was taken")
                return
            }
            #expect(failure.status == 429 && failure.retryAfterSeconds == 1)
        }
    }

    /// What breaks the protocol ends the connection, and what ran there.
    @Test(arguments: [0, 1, 2, 3])
    func brokenFramesEndTheConnection(kind: Int) async throws {
        let worker = FakeWorker(.byHand)
        try await Self.running(worker) { server, sequences in
            try await sequences.start(1)
            #expect(await worker.happening() == .started(model: "demo"))
            switch kind {
            case 0: try await sequences.send([2, 0, 0, 0, 9, 1])
            case 1: try await sequences.send([255, 255, 255, 255, 1, 1])
            case 2: try await sequences.send([2, 0, 0, 0, 1, 129])
            default: try await sequences.start(1)
            }
            #expect(await worker.happening() == .cancelled(model: "demo"))
            _ = try await sequences.rest()
            try await Self.eventually { server.server.numRunning == 0 }
        }
    }

    @Test func aGatewayThatGoesLeavesNothingRunning() async throws {
        let worker = FakeWorker(.byHand)
        try await TestWorkerServer.running(worker) { server in
            try await server.connected { client in
                let sequences = try await SequenceClient.opened(on: client)
                try await sequences.start(0)
                #expect(await worker.happening() == .started(model: "demo"))
            }
            #expect(await worker.happening() == .cancelled(model: "demo"))
            try await Self.eventually { server.server.numRunning == 0 }
        }
    }

    /// What a drain ends is told of each sequence; the connection stays for those that may finish.
    @Test func aDrainIsToldOfEachSequence() async throws {
        let worker = FakeWorker(.byHand)
        try await Self.running(worker) { server, sequences in
            for number in 0..<2 as Range<UInt32> { try await sequences.start(number) }
            for _ in 0..<2 { #expect(await worker.happening() == .started(model: "demo")) }
            #expect(try await sequences.next(2).allSatisfy { $0.event == .accepted })
            #expect(try await server.post("/drain", #"{"deadline_ms":0}"#).status == 202)
            for _ in 0..<2 { #expect(try Self.code(try await sequences.next()) == "draining") }
            try await sequences.start(2)
            #expect(try Self.code(try await sequences.next()) == "draining")
        }
    }

    /// Told to stop, the worker says what became of everything before it ends the connection.
    @Test func aStopEndsTheConnectionBehindItsLastNews() async throws {
        var limits = ServerLimits()
        limits.drainDeadline = .zero
        let worker = FakeWorker(.byHand)
        try await Self.running(worker, limits: limits) { server, sequences in
            for number in 0..<3 as Range<UInt32> { try await sequences.start(number) }
            for _ in 0..<3 { #expect(await worker.happening() == .started(model: "demo")) }
            #expect(try await sequences.next(3).allSatisfy { $0.event == .accepted })
            await server.stop()
            let rest = try await sequences.rest()
            #expect(Set(rest.map(\.sequence)) == [0, 1, 2])
            for one in rest { #expect(try Self.code(one) == "draining") }
        }
    }

    @Test func aSilentConnectionHasAPulse() async throws {
        let clock = ManualClock()
        try await Self.running(FakeWorker(.byHand), clock: clock) { _, sequences in
            for _ in 0..<3 {
                await clock.waitForSleeper(.seconds(10))
                clock.advance(by: .seconds(10))
                await clock.waitForSleeper(.seconds(10))
                clock.advance(by: .seconds(10))
                try await sequences.nextPulse()
            }
        }
    }

    @Test func theTokenIsAskedFor() async throws {
        try await TestWorkerServer.running(FakeWorker(.byHand), token: "secret") { server in
            let answer = try await server.post(SequenceProtocol.path, "")
            #expect(answer.status == 401)
        }
    }

    private static func code(_ news: SequenceNews) throws -> String? {
        guard case .failed(let failure) = news.event else { return nil }
        return try JSON.parse(failure.body)["error"]?["code"]?.string
    }

    /// Waits until something holds that another thread brings about.
    private static func eventually(_ holds: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while !holds() {
            try #require(ContinuousClock.now < end)
            await Task.yield()
        }
    }
}
