import Fleet
import OpenAI
import Synchronization
import Testing

/// A gateway's end of the connection that the sequences of a worker share.
@Suite(.timeLimit(.minutes(10))) struct SequenceLinkTests {
    private static func log(_ worker: HTTPWorker, maxTokens: Int = 10) async -> SequenceLog {
        await SequenceLog.whole { _ = worker.start(GleanerScript.request(maxTokens: maxTokens), deliver: $0) }
    }

    @Test func anAnswerIsReadAsFromAConnectionOfItsOwn() async throws {
        try await LinkScript.run(serve: LinkScript.answering(LinkScript.answer)) { worker in
            for _ in 0..<3 {
                let log = await Self.log(worker)
                #expect(log.events == GleanerScript.answerEvents)
                #expect(log.failure == nil && log.share == .init(prefilledTokens: 3, generatedTokens: 4))
            }
        }
    }

    /// All of one moment, in any order, and each hears of itself alone. One connection carries them.
    @Test func sequencesShareOneConnection() async throws {
        let connections = Atomic(0)
        try await LinkScript.run { exchange in
            connections.add(1, ordering: .relaxed)
            exchange.beginSequences()
            var started: [SequenceStart] = []
            for await case .start(let start) in exchange.commands {
                started.append(start)
                guard started.count == 20 else { continue }
                // In steps: one frame has news of all.
                for event in LinkScript.answer {
                    exchange.tell(started.reversed().map { SequenceNews(sequence: $0.sequence, event: event) })
                }
                started = []
            }
        } test: { worker in
            await withTaskGroup(of: SequenceLog.self) { group in
                for _ in 0..<40 { group.addTask { await Self.log(worker) } }
                for await log in group {
                    #expect(log.events == GleanerScript.answerEvents && log.failure == nil)
                }
            }
        }
        #expect(connections.load(ordering: .relaxed) == 1)
    }

    /// What is asked is what the worker's own route would be asked.
    @Test func everythingThatMattersIsSent() async throws {
        let asked = Mutex<[SequenceStart]>([])
        var request = GleanerScript.request(maxTokens: 50, resumed: [7, 8])
        (request.cacheSalt, request.priority, request.requestID) = ("acme", 3, "req-1")
        (request.stop, request.topLogprobs, request.ignoreEOS) = (["x"], 2, true)
        request.sampling.temperature = 0.5
        request.sampling.logitBias = [4: 1.5]
        try await LinkScript.run { exchange in
            exchange.beginSequences()
            for await case .start(let start) in exchange.commands {
                asked.withLock { $0.append(start) }
                exchange.tell([SequenceNews(sequence: start.sequence, event: .failed(.init(status: 503, body: [])))])
            }
        } test: { [request] worker in
            _ = await SequenceLog.whole { _ = worker.start(request, deliver: $0) }
            let start = try #require(asked.withLock { $0.first })
            #expect(start.prompt == [1, 2, 3] && start.resumed == [7, 8] && start.name == "req-1")
            var read = try GenerationRequest(start, id: request.id)
            read.returnsTokenIDs = true
            #expect(read == request)
        }
    }

    /// Every sequence of a connection that is lost is lost, but for answers that are whole.
    @Test func aCutMovesEverythingThatIsNotWhole() async throws {
        try await LinkScript.run { exchange in
            exchange.beginSequences()
            for await case .start(let start) in exchange.commands {
                let last = start.sequence == 0 ? 6 : 3
                exchange.tell(LinkScript.answer.prefix(last).map { SequenceNews(sequence: start.sequence, event: $0) })
                if start.sequence == 2 { exchange.close() }
            }
        } test: { worker in
            let logs = await withTaskGroup(of: SequenceLog.self) { group in
                for _ in 0..<3 { group.addTask { await Self.log(worker) } }
                return await group.reduce(into: [SequenceLog]()) { $0.append($1) }
            }
            let whole = logs.filter { $0.failure == nil }
            #expect(whole.count == 1 && whole.allSatisfy { $0.events == GleanerScript.answerEvents })
            for log in logs where log.failure != nil {
                guard case .lost = log.failure else {
                    Issue.record("\(log)")
                    continue
                }
                #expect(log.events == Array(GleanerScript.answerEvents.prefix(2)))
            }
        }
    }

    /// As an answer on a connection of its own would have been refused.
    @Test(
        arguments: [
            (APIError.draining, .draining), (.overloaded(retryAfterSeconds: 7), .busy(retryAfterSeconds: 7)),
            (
                .invalid("no", param: "top_p", code: "invalid_value"),
                .refused(.invalid("no", param: "top_p", code: "invalid_value"))
            ),
            (.internalFailure, .lost("it answered 500: \(APIError.internalFailure.message)")),
        ] as [(APIError, RemoteFailure)])
    func aRefusalMeansTheSame(error: APIError, failure: RemoteFailure) async throws {
        try await LinkScript.run(serve: LinkScript.answering([.failed(SequenceNews.Failure(error))])) { worker in
            #expect(await Self.log(worker).failure == failure)
        }
    }

    /// A cancel ends the sequence at once, whatever the worker says of it before it hears of that.
    @Test func aCancelledSequenceEndsAtOnce() async throws {
        let (started, confirmed) = (Signal(), Signal())
        try await LinkScript.run { exchange in
            exchange.beginSequences()
            for await command in exchange.commands {
                switch command {
                case .start(let start) where start.sequence == 0:
                    exchange.tell(LinkScript.answer.prefix(3).map { SequenceNews(sequence: 0, event: $0) })
                    started.give()
                case .start(let start):
                    exchange.tell(LinkScript.answer.map { SequenceNews(sequence: start.sequence, event: $0) })
                case .cancel(let number):
                    exchange.tell(LinkScript.answer.suffix(4).map { SequenceNews(sequence: number, event: $0) })
                    confirmed.give()
                case .pulse: break
                }
            }
        } test: { worker in
            let (stream, continuation) = AsyncStream<SequenceEvent>.makeStream()
            let running = worker.start(GleanerScript.request()) { continuation.yield($0) }
            await started.wait()
            running.cancel()
            running.cancel()
            var ends = 0
            for await event in stream {
                guard case .ended(let end, _) = event else {
                    #expect(ends == 0, "nothing comes behind the end")
                    continue
                }
                ends += 1
                guard case .failed(.cancelled) = end else {
                    Issue.record("\(end)")
                    break
                }
                await confirmed.wait()
                #expect(await Self.log(worker).events == GleanerScript.answerEvents)
                continuation.finish()
            }
            #expect(ends == 1)
        }
    }

    /// Where no such connection comes about, each sequence has one of its own.
    @Test(arguments: [404, 500]) func withoutItEachHasItsOwn(status: Int) async throws {
        try await ScriptedWorker.run { exchange in
            switch exchange.path {
            case "/gleaner/worker": exchange.respond(200, LinkScript.description)
            case "/v1/completions":
                exchange.beginStream()
                exchange.writePart(GleanerScript.answer)
                exchange.endStream()
            default: exchange.respond(status, "{}")
            }
        } test: { server in
            let worker = try server.worker()
            _ = try await worker.describe()
            #expect(await Self.log(worker).events == GleanerScript.answerEvents)
        }
    }
}
