import Glibc
import Synchronization

/// A program that runs as a child of ours, in a process group of its own, and that does not outlive us: a keeper between
/// it and us ends its group when we are gone, however we went.
///
/// One thread belongs to it from its start to its end. Linux takes the end of the thread that made a child for the end
/// of the parent, and the threads of a pool come and go.
package final class RunningProgram: Sendable {
    /// Its process, which leads its group.
    package let id: Int32
    private let keeper: Int32
    private let ending: Ending

    private init(id: Int32, keeper: Int32, ending: Ending) {
        self.id = id
        self.keeper = keeper
        self.ending = ending
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - command: the program, looked up in `PATH`, and its arguments.
    ///   - patience: from SIGTERM to SIGKILL, when it is stopped.
    ///   - line: is called with each line that it writes, on a thread that may wait: a program that writes faster than
    ///     its lines are taken waits too.
    /// - Throws: `ProgramStartError`.
    package static func start(
        _ command: EngineCommand, patience: Duration, line: @escaping @Sendable (String) -> Void
    ) async throws -> RunningProgram {
        try await withCheckedThrowingContinuation { started in
            let thread = ProgramThread(command: command, patience: patience, line: line) { started.resume(with: $0) }
            if let error = thread.launch() { started.resume(throwing: ProgramStartError(command, error)) }
        }
    }

    static func make(id: Int32, keeper: Int32) -> (RunningProgram, Ending) {
        let ending = Ending()
        return (RunningProgram(id: id, keeper: keeper, ending: ending), ending)
    }

    /// Tells it to stop: SIGTERM to its group, and SIGKILL when its patience is over. Any number of calls.
    package func stop() { ending.signal(keeper, SIGTERM) }

    /// Waits for its end. All that it wrote has been handed out then.
    package func waitForEnd() async -> ProgramEnd { await ending.value() }

    /// The end of a program, which is said once.
    final class Ending: Sendable {
        private struct State {
            var end: ProgramEnd?
            var isReaped = false
            var waiters: [CheckedContinuation<ProgramEnd, Never>] = []
        }

        private let state = Mutex(State())

        /// Signals a process whose number is still its own.
        func signal(_ process: Int32, _ number: Int32) {
            state.withLock { state in
                if !state.isReaped { kill(process, number) }
            }
        }

        /// Waits for a child that is about to end; nobody signals it any more.
        func reap(_ process: Int32) {
            state.withLock { state in
                var status: Int32 = 0
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                state.isReaped = true
            }
        }

        func say(_ end: ProgramEnd) {
            let waiters = state.withLock { state in
                state.end = end
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.resume(returning: end) }
        }

        func value() async -> ProgramEnd {
            await withCheckedContinuation { waiter in
                let end = state.withLock { state in
                    if state.end == nil { state.waiters.append(waiter) }
                    return state.end
                }
                if let end { waiter.resume(returning: end) }
            }
        }
    }
}

/// Why a program was not started.
package struct ProgramStartError: Error, Equatable, CustomStringConvertible {
    package let program: String
    /// An `errno`.
    package let number: Int32

    init(_ command: EngineCommand, _ number: Int32) {
        program = command.words.first ?? ""
        self.number = number
    }

    package var description: String {
        "'\(program)' cannot be started: \(String(cString: strerror(number)).lowercased()). "
            + "Check the engine's command; its first word is a path, or a name that is looked up in PATH."
    }
}
