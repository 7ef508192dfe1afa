import Glibc
import Logging
import Supervision
import Synchronization
import Testing
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct EngineSupervisorTests {
    /// An engine's answers and words, as a test wants them.
    private final class Engine: Sendable {
        let answers = Atomic(false)
        let lines = Inbox<String>()
        let clock = ManualClock()

        func supervisor(_ script: String, _ limits: SupervisionLimits) throws -> EngineSupervisor {
            EngineSupervisor(
                try EngineCommand("sh -c \"\(script)\""), address: "http://engine", limits: limits,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, clock: clock,
                isAnswering: { [self] in answers.load(ordering: .relaxed) }, line: { [self] in lines.put($0) })
        }
    }

    private var limits: SupervisionLimits {
        var limits = SupervisionLimits()
        limits.backoff = Backoff(first: .seconds(7), longest: .seconds(20))
        return limits
    }

    /// Says its process, and runs until somebody ends it.
    private static let forever = "echo $$; while :; do sleep 0.01; done"

    private func waitUntil(_ condition: () -> Bool, _ engine: Engine, stepping step: Duration) async {
        while !condition(), !Task.isCancelled {
            engine.clock.advance(by: step)
            await Task.yield()
        }
    }

    @Test func anEngineThatNeverAnswersIsGivenUp() async throws {
        let engine = Engine()
        let supervisor = try engine.supervisor("echo no such model; exit 2", limits)
        async let result: Void = supervisor.run()
        for wait in [7, 14] {
            await engine.clock.waitForSleeper(.seconds(wait))
            engine.clock.advance(by: .seconds(wait))
        }
        let words = Array(repeating: "no such model", count: 3)
        let expected = SupervisionError.hopeless(.exited(2), starts: 3, address: "http://engine", lastWords: words)
        do {
            try await result
            Issue.record("it goes on")
        } catch {
            #expect(error as? SupervisionError == expected)
        }
    }

    @Test func anEngineThatAnsweredIsStartedAgainAndAgain() async throws {
        let engine = Engine()
        let supervisor = try engine.supervisor(Self.forever, limits)
        let running = Task { try await supervisor.run() }
        for (number, wait) in [7, 14, 20, 20].enumerated() {
            let id = try #require(await engine.lines.next().flatMap { Int32($0) })
            #expect(supervisor.numStarts == number + 1 && !supervisor.isReady)
            engine.answers.store(true, ordering: .relaxed)
            await waitUntil({ supervisor.isReady }, engine, stepping: limits.startingInterval)
            engine.answers.store(false, ordering: .relaxed)
            kill(id, SIGKILL)
            await engine.clock.waitForSleeper(.seconds(wait))
            #expect(!supervisor.isReady)
            engine.clock.advance(by: .seconds(wait))
        }
        running.cancel()
        try await running.value
    }

    @Test func anEngineThatHangsIsStartedAgain() async throws {
        let engine = Engine()
        let supervisor = try engine.supervisor(Self.forever, limits)
        let running = Task { try await supervisor.run() }
        let first = try #require(await engine.lines.next().flatMap { Int32($0) })
        engine.answers.store(true, ordering: .relaxed)
        await waitUntil({ supervisor.isReady }, engine, stepping: limits.startingInterval)
        engine.answers.store(false, ordering: .relaxed)
        await waitUntil({ supervisor.numStarts == 2 }, engine, stepping: limits.interval)
        #expect(!ProcessTable.isAlive(first))
        running.cancel()
        try await running.value
    }

    @Test func itStopsWithItsSupervisor() async throws {
        let engine = Engine()
        let supervisor = try engine.supervisor(Self.forever, limits)
        let running = Task { try await supervisor.run() }
        let id = try #require(await engine.lines.next().flatMap { Int32($0) })
        running.cancel()
        try await running.value
        #expect(!ProcessTable.isAlive(id) && !supervisor.isReady)
    }

    @Test func anAddressThatIsTakenIsNoPlaceForAnEngine() async throws {
        let engine = Engine()
        engine.answers.store(true, ordering: .relaxed)
        let supervisor = try engine.supervisor(Self.forever, limits)
        await #expect(throws: SupervisionError.addressTaken("http://engine")) { try await supervisor.run() }
        #expect(supervisor.numStarts == 0)
    }

    @Test func aCommandThatIsNoneIsSaidAtOnce() async throws {
        let supervisor = EngineSupervisor(
            try EngineCommand("no-such-program-1"), address: "http://engine",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, isAnswering: { false }, line: { _ in })
        await #expect(throws: ProgramStartError.self) { try await supervisor.run() }
    }
}
