import Fleet
import JSON
import NIOCore
import NIOHTTP1
import OpenAI
import Synchronization
import Testing

/// A worker of ours over a real connection.
@Suite(.timeLimit(.minutes(10))) struct HTTPWorkerTests {
    private typealias Script = GleanerScript

    /// Describes the worker, then starts one sequence; returns what came of it.
    private func sequence(
        _ respond: @escaping @Sendable (ScriptedExchange) -> Void, request: GenerationRequest = Script.request()
    ) async throws -> SequenceLog {
        try await ScriptedWorker.run { exchange in
            if exchange.path == "/gleaner/worker" { return exchange.respond(200, Script.description) }
            respond(exchange)
        } test: { server in
            let worker = try server.worker()
            _ = try await worker.describe()
            return await SequenceLog.whole { _ = worker.start(request, deliver: $0) }
        }
    }

    @Test func anAnswer() async throws {
        let log = try await sequence { exchange in
            exchange.beginStream()
            exchange.writePart(Script.answer)
            exchange.endStream()
        }
        #expect(log.events == Script.answerEvents)
        #expect(log.failure == nil)
        #expect(log.share == GenerationTotals.Share(prefilledTokens: 3, generatedTokens: 4))
    }

    @Test func theEndIsToldBeforeTheConnectionEnds() async throws {
        let log = try await sequence { exchange in
            exchange.beginStream()
            for piece in Script.answer.unicodeScalars { exchange.writePart(String(Character(piece))) }
        }
        #expect(log.failure == nil)
        #expect(log.events.count == Script.answerEvents.count)
    }

    @Test func whatIsSent() async throws {
        let sent = Mutex<(path: String, headers: [String?], body: JSON)?>(nil)
        var request = Script.request(maxTokens: nil, resumed: [8, 9])
        request.sampling.temperature = 0.5
        request.sampling.logitBias = [3: -1, 2: 4.5]
        request.stop = ["a", "b"]
        request.topLogprobs = 2
        request.priority = -3
        request.cacheSalt = "tenant"
        request.ignoreEOS = true
        _ = try await sequence(
            { exchange in
                let headers = ["content-type", "x-request-id"].map { exchange.headers.first(name: $0) }
                sent.withLock { $0 = (exchange.path, headers, (try? JSON.parse(exchange.body)) ?? .null) }
                exchange.respond(500, "")
            }, request: request)
        let (path, headers, body) = try #require(sent.withLock { $0 })
        #expect(path == "/v1/completions")
        #expect(headers == ["application/json", "cmpl-1"])
        #expect(
            body == [
                "model": "m", "prompt": [1, 2, 3], "n": 1, "stream": true, "stream_options": ["include_usage": true],
                "max_tokens": 97, "logprobs": 2, "stop": ["a", "b"], "ignore_eos": true, "temperature": 0.5,
                "seed": 42, "logit_bias": ["2": 4.5, "3": -1.0], "return_token_ids": true, "priority": -3,
                "cache_salt": "tenant", "gleaner_resume": [8, 9],
            ])
    }

    @Test func aConnectionThatIsCutIsALostWorker() async throws {
        let log = try await sequence { exchange in
            exchange.beginStream()
            exchange.writePart(Script.start + Script.delta("x", [5], shown: 1))
            exchange.close()
        }
        guard case .lost = log.failure else {
            Issue.record("\(String(describing: log.failure))")
            return
        }
        #expect(log.events.count == 2)
    }

    /// Cut off, ended or stopped behind its finish: the answer is whole all the same, its work unknown.
    @Test(arguments: ["", "end", #"{"error":{"message":"stopping","code":"draining"}}"#])
    func aWorkerThatGoesAfterTheFinish(_ end: String) async throws {
        let log = try await sequence { exchange in
            exchange.beginStream()
            exchange.writePart(Script.beginning + Script.finish())
            switch end {
            case "": exchange.close()
            case "end": exchange.endStream()
            default: exchange.writePart(Script.event(end))
            }
        }
        #expect(log.events == Script.answerEvents)
        #expect(log.failure == nil && log.share == nil)
    }

    /// The books are not the client's affair: its answer does not wait for them.
    @Test func theFinishIsToldAtOnce() async throws {
        try await ScriptedWorker.run { exchange in
            if exchange.path == "/gleaner/worker" { return exchange.respond(200, Script.description) }
            exchange.beginStream()
            exchange.writePart(Script.beginning + Script.finish())
        } test: { server in
            let worker = try server.worker()
            _ = try await worker.describe()
            let events = AsyncStream<SequenceEvent>.makeStream()
            let running = worker.start(Script.request()) { events.continuation.yield($0) }
            var seen: [GenerationEvent] = []
            for await event in events.stream {
                guard case .progress(let some) = event else {
                    Issue.record("it ended")
                    return
                }
                seen += some
                if seen == Script.answerEvents { break }
            }
            running.cancel()
        }
    }

    @Test func aProperEndWithoutDoneIsALostWorkerToo() async throws {
        let log = try await sequence { exchange in
            exchange.beginStream()
            exchange.writePart(Script.start)
            exchange.endStream()
        }
        #expect(log.failure == .lost("the stream ended before [DONE]"))
    }

    @Test func aWorkerThatLiesIsCutOff() async throws {
        let closed = Signal()
        let log = try await sequence { exchange in
            exchange.closed.whenComplete { _ in closed.give() }
            exchange.beginStream()
            exchange.writePart(Script.start + Script.delta("x", [1000], shown: 1))
        }
        await closed.wait()
        #expect(log.failure == .broken("it sent the token 1000, which is not in the model's vocabulary of 1000"))
        #expect(log.events == [.started(promptTokens: 3, cachedTokens: 2)])
    }

    @Test func bytesAfterTheEndCutTheConnection() async throws {
        let closed = Signal()
        let log = try await sequence { exchange in
            exchange.closed.whenComplete { _ in closed.give() }
            exchange.beginStream()
            exchange.writePart(Script.answer)
            exchange.writePart(Script.start)
            exchange.writePart(Script.start)
        }
        await closed.wait()
        #expect(log.failure == nil)
    }

    @Test func aWorkerThatIsNotThereIsLost() async throws {
        try await ScriptedWorker.run {
            $0.respond(200, Script.description)
        } test: { server in
            let endpoint = try WorkerEndpoint("http://127.0.0.1:1")
            let worker = HTTPWorker(endpoint, client: server.client)
            let failure = await #expect(throws: RemoteFailure.self) { _ = try await worker.describe() }
            #expect(failure == .lost("the connection failed: connection refused"))
        }
    }

    // MARK: Cancel and close

    @Test func cancellingCutsTheConnection() async throws {
        let (begun, closed) = (Signal(), Signal())
        try await ScriptedWorker.run { exchange in
            if exchange.path == "/gleaner/worker" { return exchange.respond(200, Script.description) }
            exchange.closed.whenComplete { _ in closed.give() }
            exchange.beginStream()
            exchange.writePart(Script.start)
            begun.give()
        } test: { server in
            let worker = try server.worker()
            _ = try await worker.describe()
            let running = Mutex<(any RemoteSequence)?>(nil)
            async let log = SequenceLog.whole { deliver in
                running.withLock { $0 = worker.start(Script.request(), deliver: deliver) }
            }
            await begun.wait()
            running.withLock { $0 }?.cancel()
            running.withLock { $0 }?.cancel()
            let failure = await log.failure
            #expect(failure == .cancelled)
            await closed.wait()
        }
    }

    @Test func closingEndsWhatRunsAndWhatComesLater() async throws {
        let begun = Signal()
        try await ScriptedWorker.run { exchange in
            if exchange.path == "/gleaner/worker" { return exchange.respond(200, Script.description) }
            exchange.beginStream()
            begun.give()
        } test: { server in
            let worker = try server.worker()
            _ = try await worker.describe()
            async let log = SequenceLog.whole { _ = worker.start(Script.request(), deliver: $0) }
            let load = Task { try await worker.followLoad { _ in } }
            await begun.wait()
            await worker.close()
            let failure = await log.failure
            #expect(failure == .cancelled)
            await #expect(throws: RemoteFailure.cancelled) { try await load.value }
            let late = await SequenceLog.whole { _ = worker.start(Script.request(), deliver: $0) }
            #expect(late.failure == .cancelled)
        }
    }

    @Test func aSequenceBeforeTheDescription() async throws {
        try await ScriptedWorker.run {
            $0.respond(200, "")
        } test: { server in
            let worker = try server.worker()
            let log = await SequenceLog.whole { _ = worker.start(Script.request(), deliver: $0) }
            #expect(log.failure == .lost("it was not described yet"))
        }
    }
}
