import OpenAI
import Testing
import WebServer
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct DrainTests {
    private static let verdict = APIError.unavailable("Gone.")

    /// A drain that is called off ends nobody; nothing is admitted all the same.
    @Test func aDrainThatIsCalledOffEndsNobody() async throws {
        let (running, clock) = (RunningRequests(refusal: Self.verdict), ManualClock())
        let slot = try running.admit()
        let (stream, continuation) = GenerationStream.makeStream()
        slot.attach(stream)
        let drain = Task {
            await Drain(running: running, clock: clock, logger: TestHTTPServer.quiet).run(deadline: .seconds(3))
        }
        await clock.waitForSleeper(.seconds(3))
        drain.cancel()
        await drain.value
        continuation.yield(.started(promptTokens: 1, cachedTokens: 0))
        #expect(try await stream.nextBatch()?.count == 1)
        #expect(throws: Self.verdict) { try running.admit() }
    }

    /// When the time is up, streams end with the server's refusal, also those that begin only then.
    @Test func theDeadlineEndsStreams() async throws {
        let (running, clock) = (RunningRequests(refusal: Self.verdict), ManualClock())
        let slots = [try running.admit(), try running.admit()]
        let drain = Task {
            await Drain(running: running, clock: clock, logger: TestHTTPServer.quiet).run(deadline: .seconds(3))
        }
        let (first, firstEnd) = GenerationStream.makeStream()
        slots[0].attach(first)
        await clock.waitForSleeper(.seconds(3))
        clock.advance(by: .seconds(3))
        await drain.value
        await #expect(throws: Self.verdict) { try await first.nextBatch() }
        let (late, lateEnd) = GenerationStream.makeStream()
        slots[1].attach(late)
        await #expect(throws: Self.verdict) { try await late.nextBatch() }
        withExtendedLifetime((firstEnd, lateEnd)) {}
    }
}
