package import Logging
import ServiceLifecycle
import Synchronization

/// Runs an engine as a child: starts it, watches whether it answers, starts it again when it ends or hangs, with longer
/// and longer waits, and stops it when we are stopped. It never outlives us.
package final class EngineSupervisor: Service {
    private let command: EngineCommand
    private let address: String
    private let limits: SupervisionLimits
    private let isAnswering: @Sendable () async -> Bool
    private let line: @Sendable (String) -> Void
    private let logger: Logger
    private let now: @Sendable () -> Duration
    private let sleep: @Sendable (Duration) async throws -> Void
    private let state = Mutex(EngineState())

    /// - Parameters:
    ///   - address: where it listens, for messages.
    ///   - isAnswering: asks it, with a deadline of its own.
    ///   - line: takes each line that it writes; may wait, and then the engine does.
    package init(
        _ command: EngineCommand, address: String, limits: SupervisionLimits = SupervisionLimits(), logger: Logger,
        clock: some Clock<Duration> = ContinuousClock(), isAnswering: @escaping @Sendable () async -> Bool,
        line: @escaping @Sendable (String) -> Void
    ) {
        self.command = command
        self.address = address
        self.limits = limits
        self.logger = logger
        self.isAnswering = isAnswering
        self.line = line
        let begin = clock.now
        now = { begin.duration(to: clock.now) }
        sleep = { try await clock.sleep(for: $0) }
    }

    /// Whether the engine runs and answered when it was last asked.
    package var isReady: Bool { state.withLock { $0.isReady } }

    /// How often it was started.
    package var numStarts: Int { state.withLock { $0.numStarts } }

    /// Runs until it is told to stop or cancelled; then the engine has ended.
    /// - Throws: `ProgramStartError`, `SupervisionError`.
    package func run() async throws {
        // An answer now would be that of another server, and later be taken for our engine's.
        guard !(await isAnswering()) else { throw SupervisionError.addressTaken(address) }
        try await cancelWhenGracefulShutdown { try await self.supervise() }
    }

    private func supervise() async throws {
        var backoff = limits.backoff
        while !Task.isCancelled {
            let end = try await runOnce()
            guard !Task.isCancelled else { return }
            let (answered, words) = state.withLock { ($0.endRun(), $0.words) }
            guard state.withLock({ $0.numHopeless }) < limits.hopelessStarts else {
                throw SupervisionError.hopeless(end, starts: numStarts, address: address, lastWords: words)
            }
            let wait = backoff.wait(afterRunning: answered)
            logger.warning(
                "the engine ended and will be started again",
                metadata: ["end": "\(end)", "wait": "\(wait)", "last": "\(words.last ?? "")"])
            try? await sleep(wait)
        }
    }

    /// Starts the engine and waits for its end, which cancellation brings about.
    private func runOnce() async throws -> ProgramEnd {
        let program = try await RunningProgram.start(command, patience: limits.patience) { [self] text in
            state.withLock { $0.note(text) }
            line(text)
        }
        state.withLock { $0.beginRun() }
        logger.info("the engine was started", metadata: ["process": "\(program.id)"])
        return await withTaskCancellationHandler {
            let watch = Task { await self.watch(program) }
            defer { watch.cancel() }
            return await program.waitForEnd()
        } onCancel: {
            program.stop()
        }
    }

    /// Asks the engine now and then, and stops it when it answers no more; until the task is cancelled.
    private func watch(_ program: RunningProgram) async {
        while !Task.isCancelled {
            let answers = await isAnswering()
            guard !Task.isCancelled else { return }
            let (isFirst, silence) = state.withLock { $0.note(answers: answers, at: now()) }
            if isFirst { logger.info("the engine answers", metadata: ["address": "\(address)"]) }
            if let silence, silence >= limits.silence {
                logger.warning("the engine answers no more and is stopped", metadata: ["silence": "\(silence)"])
                return program.stop()
            }
            try? await sleep(silence == nil ? limits.startingInterval : limits.interval)
        }
    }
}
