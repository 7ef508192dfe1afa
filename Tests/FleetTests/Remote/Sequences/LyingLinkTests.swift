import Fleet
import OpenAI
import Synchronization
import TestSupport
import Testing

/// A worker that lies on the connection that its sequences share.
@Suite(.timeLimit(.minutes(10))) struct LyingLinkTests {
    private static func log(_ worker: HTTPWorker, maxTokens: Int = 10) async -> SequenceLog {
        await SequenceLog.whole { _ = worker.start(GleanerScript.request(maxTokens: maxTokens), deliver: $0) }
    }

    /// A lie ends the sequence that it is told of, and the worker hears that nobody listens any more.
    @Test(
        arguments: [
            ([.accepted, .progress(.init(ids: [1], text: "a", shown: 1))], "before it said that it had started"),
            ([.started(promptTokens: 4, cachedTokens: 0)], "counts 4 prompt tokens"),
            (
                [.started(promptTokens: 3, cachedTokens: 0), .started(promptTokens: 3, cachedTokens: 0)],
                "started twice"
            ),
            (
                [.started(promptTokens: 3, cachedTokens: 0), .progress(.init(ids: [1000], shown: 0))],
                "not in the model's"
            ),
            (
                [
                    .started(promptTokens: 3, cachedTokens: 0),
                    .progress(.init(ids: Array(repeating: 1, count: 11), shown: 0)),
                ],
                "more than the 10 tokens"
            ),
            (
                [.started(promptTokens: 3, cachedTokens: 0), .progress(.init(ids: [1], text: "a", shown: 2))],
                "shows 2 of 1"
            ),
            (
                [
                    .started(promptTokens: 3, cachedTokens: 0),
                    .progress(.init(ids: [1], text: String(repeating: "a", count: 5000), shown: 1)),
                ],
                "5000 bytes of text"
            ),
            (
                [
                    .started(promptTokens: 3, cachedTokens: 0),
                    .progress(
                        .init(
                            ids: [1], shown: 0,
                            tokens: [GeneratedToken(token: ScoredToken(id: 1, bytes: [], logprob: 0))])),
                ], "log probabilities"
            ),
            (
                [.started(promptTokens: 3, cachedTokens: 0), .done(completionTokens: 0, share: nil)],
                "before a finish reason"
            ),
            (
                [
                    .started(promptTokens: 3, cachedTokens: 0),
                    .progress(.init(ids: [1], text: "a", shown: 1, finish: .stop)),
                    .done(completionTokens: 2, share: nil),
                ], "counts 2 tokens"
            ),
            (
                [
                    .started(promptTokens: 3, cachedTokens: 0),
                    .progress(.init(ids: [1], text: "a", shown: 1, finish: .stop)),
                    .progress(.init(ids: [1], text: "a", shown: 2)),
                ], "after its finish reason"
            ),
            (Array(repeating: .accepted, count: 1002), "does not end"),
        ] as [([SequenceNews.Event], String)])
    func aLieEndsItsSequence(news: [SequenceNews.Event], reason: String) async throws {
        let cancelled = Signal()
        try await LinkScript.run { exchange in
            exchange.beginSequences()
            for await command in exchange.commands {
                switch command {
                case .start(let start):
                    let events = start.sequence == 0 ? news : LinkScript.answer
                    exchange.tell(events.map { SequenceNews(sequence: start.sequence, event: $0) })
                case .cancel(let number):
                    exchange.tell([SequenceNews(sequence: number, event: .done(completionTokens: 0, share: nil))])
                    cancelled.give()
                case .pulse: break
                }
            }
        } test: { worker in
            guard case .broken(let words) = await Self.log(worker).failure else {
                Issue.record("it was believed")
                return
            }
            #expect(words.contains(reason), "\(words)")
            if case .done = news.last {} else { await cancelled.wait() }
            // The others are not to blame.
            #expect(await Self.log(worker).events == GleanerScript.answerEvents)
        }
    }

    /// What fits no sequence, or is no frame, ends the connection and all that ran there; the next sequence opens another.
    @Test(arguments: 0..<5) func aConnectionThatLiesIsCut(kind: Int) async throws {
        let connections = Atomic(0)
        try await LinkScript.run { exchange in
            let isFirst = connections.add(1, ordering: .relaxed).oldValue == 0
            guard isFirst else { return await LinkScript.answering(LinkScript.answer)(exchange) }
            exchange.beginSequences()
            var numStarted = 0
            for await case .start in exchange.commands {
                numStarted += 1
                guard numStarted == 3 else { continue }
                switch kind {
                case 0: exchange.tell([SequenceNews(sequence: 3, event: .accepted)])
                case 1:
                    let end = SequenceNews(sequence: 0, event: .failed(.init(status: 503, body: [])))
                    exchange.tell([end, end])
                case 2: exchange.writePart([3, 0, 0, 0, 1, 129, 0x80])
                case 3: exchange.writePart([255, 255, 255, 127, 1, 129])
                default: exchange.writePart([2, 0, 0, 0, 1, 1])
                }
            }
        } test: { worker in
            let failures = await withTaskGroup(of: RemoteFailure?.self) { group in
                for _ in 0..<3 { group.addTask { await Self.log(worker).failure } }
                return await group.reduce(into: [RemoteFailure?]()) { $0.append($1) }
            }
            let broken = failures.filter { if case .broken = $0 { true } else { false } }
            #expect(broken.count == (kind == 1 ? 2 : 3), "\(failures)")
            #expect(await Self.log(worker).events == GleanerScript.answerEvents)
        }
        #expect(connections.load(ordering: .relaxed) == 2)
    }

    /// Whatever a worker sends, every sequence ends once, and nothing crashes.
    @Test(arguments: 0..<12) func noiseEndsEverySequenceOnce(seed: Int) async throws {
        try await LinkScript.run { exchange in
            exchange.beginSequences()
            var random = SeededGenerator(seed: UInt64(seed))
            var numStarted: UInt32 = 0
            for await case .start in exchange.commands {
                numStarted += 1
                guard numStarted == 4 else { continue }
                for _ in 0..<20 {
                    var frames = FrameWriter()
                    frames.begin(.news)
                    for event in LinkScript.answer {
                        SequenceNews(sequence: .random(in: 0..<5, using: &random), event: event).append(to: &frames)
                    }
                    frames.end()
                    var bytes = frames.bytes
                    bytes[.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                    exchange.writePart(bytes)
                }
                exchange.close()
            }
        } test: { worker in
            let numLogs = await withTaskGroup(of: SequenceLog.self) { group in
                for _ in 0..<4 { group.addTask { await Self.log(worker) } }
                return await group.reduce(0) { count, _ in count + 1 }
            }
            #expect(numLogs == 4)
        }
    }
}
