import Fleet
import NIOCore
import OpenAI
import Synchronization
import Testing

/// How long a gateway waits for a worker's next word.
@Suite(.timeLimit(.minutes(10))) struct DeadlineTests {
    private typealias Script = GleanerScript

    @Test func aWorkerThatDoesNotAnswerIsLostAtItsDeadline() async throws {
        let (timer, begun) = (HandTimer(), Signal())
        try await ScriptedWorker.run { exchange in
            if exchange.path == "/gleaner/worker" { return exchange.respond(200, Script.description) }
            begun.give()
        } test: { server in
            let worker = try server.worker(timer: timer.timer)
            _ = try await worker.describe()
            async let log = SequenceLog.whole { _ = worker.start(Script.request(), deliver: $0) }
            await begun.wait()
            #expect(timer.fire(.seconds(10)) == 1)
            let failure = await log.failure
            #expect(failure == .lost("it did not answer within 10.0 seconds"))
        }
    }

    /// A stream in which nothing comes, not even the comments of a worker that has nothing to say.
    @Test func aSilentStreamIsLost() async throws {
        let timer = HandTimer()
        let open = Mutex<ScriptedExchange?>(nil)
        try await ScriptedWorker.run { exchange in
            if exchange.path == "/gleaner/worker" { return exchange.respond(200, Script.description) }
            exchange.beginStream()
            exchange.writePart(Script.start)
            open.withLock { $0 = exchange }
        } test: { server in
            let worker = try server.worker(timer: timer.timer)
            _ = try await worker.describe()
            let events = AsyncStream<SequenceEvent>.makeStream()
            _ = worker.start(Script.request()) { events.continuation.yield($0) }
            var iterator = events.stream.makeAsyncIterator()
            for token in 0..<4 as Range<Int32> {
                // Something came since the last look, or nothing since one.
                guard case .progress = await iterator.next() else {
                    Issue.record("it ended")
                    return
                }
                for _ in 0..<(token == 3 ? 3 : 2) {
                    await timer.started(.seconds(15))
                    #expect(timer.fire(.seconds(15)) == 1)
                }
                // After the last look nothing may come before the end.
                if token < 3 { open.withLock { $0 }?.writePart(Script.delta("x", [token], shown: Int(token) + 1)) }
            }
            guard case .ended(.failed(let failure), nil) = await iterator.next() else {
                Issue.record("it goes on")
                return
            }
            #expect(failure == .lost("it sent nothing for 30.0 seconds"))
        }
    }

    @Test func aStreamThatHasBegunHasNoDeadline() async throws {
        let timer = HandTimer()
        try await ScriptedWorker.run { exchange in
            if exchange.path == "/gleaner/worker" { return exchange.respond(200, Script.description) }
            exchange.beginStream()
            exchange.writePart(Script.start)
        } test: { server in
            let worker = try server.worker(timer: timer.timer)
            _ = try await worker.describe()
            let events = AsyncStream<SequenceEvent>.makeStream()
            let running = worker.start(Script.request()) { events.continuation.yield($0) }
            var iterator = events.stream.makeAsyncIterator()
            guard case .progress = await iterator.next() else {
                Issue.record("it did not begin")
                return
            }
            #expect(timer.fire(.seconds(10)) == 0)
            running.cancel()
        }
    }

    @Test func anEndThatDoesNotComeCutsTheConnection() async throws {
        let (timer, closed) = (HandTimer(), Signal())
        try await ScriptedWorker.run { exchange in
            if exchange.path == "/gleaner/worker" { return exchange.respond(200, Script.description) }
            exchange.closed.whenComplete { _ in closed.give() }
            exchange.beginStream()
            exchange.writePart(Script.answer)
        } test: { server in
            let worker = try server.worker(timer: timer.timer)
            _ = try await worker.describe()
            let log = await SequenceLog.whole { _ = worker.start(Script.request(), deliver: $0) }
            #expect(log.failure == nil)
            await timer.started(.seconds(10))
            #expect(timer.fire(.seconds(10)) == 1)
            await closed.wait()
        }
    }
}
