import Fleet
import NIOCore
import OpenAI
import Synchronization
import Testing

/// How long a gateway waits for a worker's next word on the connection that its sequences share.
@Suite(.timeLimit(.minutes(10))) struct LinkDeadlineTests {
    /// Half of the deadline of an answer's head.
    private static let look = Duration.seconds(5)

    private static let begun: [SequenceNews.Event] = [.accepted, .started(promptTokens: 3, cachedTokens: 0)]

    /// Starts a sequence, and tells when something came of it and when it ended.
    private static func start(
        _ worker: HTTPWorker, _ progressed: Signal, _ ended: Signal
    ) -> any RemoteSequence {
        worker.start(GleanerScript.request()) { event in
            switch event {
            case .progress: progressed.give()
            case .ended: ended.give()
            }
        }
    }

    /// One that the worker does not speak of is lost, and told to the worker; those that it has wait.
    @Test func whatIsNotTakenIsLost() async throws {
        let (timer, cancelled) = (HandTimer(), Signal())
        try await LinkScript.run(timer: timer.timer) { exchange in
            exchange.beginSequences()
            for await command in exchange.commands {
                switch command {
                case .start(let start) where start.sequence == 0:
                    exchange.tell(Self.begun.map { SequenceNews(sequence: 0, event: $0) })
                case .cancel(1):
                    exchange.tell([SequenceNews(sequence: 1, event: .done(completionTokens: 0, share: nil))])
                    cancelled.give()
                case .start, .cancel, .pulse: break
                }
            }
        } test: { worker in
            let (progressed, ended) = (Signal(), Signal())
            let first = Self.start(worker, progressed, ended)
            await progressed.wait()
            let log = await SequenceLog.whole { deliver in
                _ = worker.start(GleanerScript.request(), deliver: deliver)
                timer.fireAll(Self.look, times: 3)
            }
            #expect(log.failure == .lost("it did not answer in time"))
            await cancelled.wait()
            first.cancel()
            await ended.wait()
        }
    }

    /// A worker that does not end what it was told to end makes nothing any more.
    @Test func aCancelThatIsNotConfirmedEndsTheConnection() async throws {
        let (timer, closed) = (HandTimer(), Signal())
        try await LinkScript.run(timer: timer.timer) { exchange in
            exchange.closed.whenComplete { _ in closed.give() }
            exchange.beginSequences()
            for await case .start(let start) in exchange.commands {
                exchange.tell(Self.begun.map { SequenceNews(sequence: start.sequence, event: $0) })
            }
        } test: { worker in
            let (progressed, ended, otherProgressed, otherEnded) = (Signal(), Signal(), Signal(), Signal())
            let first = Self.start(worker, progressed, ended)
            _ = Self.start(worker, otherProgressed, otherEnded)
            await otherProgressed.wait()
            first.cancel()
            await ended.wait()
            timer.fireAll(Self.look, times: 3)
            await otherEnded.wait()
            await closed.wait()
        }
    }

    /// Neither news nor pulses: two looks in a row find nothing.
    @Test func aSilentConnectionIsLost() async throws {
        let timer = HandTimer()
        try await LinkScript.run(timer: timer.timer) { exchange in
            exchange.beginSequences()
            for await case .start(let start) in exchange.commands {
                exchange.tell(Self.begun.map { SequenceNews(sequence: start.sequence, event: $0) })
            }
        } test: { worker in
            let (progressed, ended) = (Signal(), Signal())
            _ = Self.start(worker, progressed, ended)
            await progressed.wait()
            timer.fireAll(.seconds(15), times: 3)
            await ended.wait()
        }
    }

    /// The worker hears of us, also while no sequence runs.
    @Test func theGatewayHasAPulse() async throws {
        let (timer, beats) = (HandTimer(), Signal())
        try await LinkScript.run(timer: timer.timer) { exchange in
            exchange.beginSequences()
            var count = 0
            for await case .pulse in exchange.commands {
                count += 1
                if count == 3 { beats.give() }
            }
        } test: { _ in
            timer.fireAll(Self.look, times: 2)
            await beats.wait()
        }
    }
}
