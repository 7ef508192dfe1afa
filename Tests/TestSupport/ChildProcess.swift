package import CTestSupport
import Foundation
import Synchronization

/// A program that a test starts and that inherits nothing of ours but its standard files.
///
/// Foundation's `Process` learns of a child's end by a socket that it lends it. A program that another thread starts at
/// that moment inherits the socket too, and one that lives as long as a server then hides the end of the other for
/// ever. So programs are started here, where every other file is closed.
///
/// Each is waited for from its start on. One that has ended and that nobody waits for is, to Swift Testing, the first
/// that ended, for ever: its own waits for any child of this process and would never see that of an exit test.
package final class ChildProcess: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        let command: String
        let errorNumber: Int32

        package var description: String { "\(command) cannot be started: \(String(cString: strerror(errorNumber)))" }
    }

    package let id: pid_t
    /// What `waitpid` said once it has ended.
    private let end = Mutex<Int32?>(nil)

    /// Is left when it has ended.
    private let life = DispatchGroup()

    /// A program that was started in a way of its own, and that nobody else waits for.
    package init(adopting id: pid_t) {
        self.id = id
        watch()
    }

    /// - Parameters:
    ///   - command: the path of the program, and its arguments.
    ///   - environment: all that it sees of one; nil: ours.
    ///   - input: a file to read from; nil for nothing to read.
    ///   - output: a file for its standard output; nil to drop it.
    ///   - errors: a file for its standard errors; nil: where its output goes.
    package init(
        _ command: [String], environment: [String: String]? = nil, input: Int32? = nil, output: Int32? = nil,
        errors: Int32? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
        } else {
            posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, errors ?? 1, 2)
        Self.inheritNothing(&actions)
        id = try Self.spawn(command, environment, &actions)
        watch()
    }

    private static func spawn(
        _ command: [String], _ environment: [String: String]?, _ actions: inout posix_spawn_file_actions_t
    ) throws -> pid_t {
        let words = command.map { strdup($0) } + [nil]
        let variables = environment.map { $0.map { strdup("\($0)=\($1)") } + [nil] } ?? []
        defer { for text in words + variables { free(text) } }
        var id: pid_t = 0
        let error =
            environment == nil
            ? posix_spawn(&id, command[0], &actions, nil, words, environ)
            : posix_spawn(&id, command[0], &actions, nil, words, variables)
        guard error == 0 else { throw Failure(command: command[0], errorNumber: error) }
        return id
    }

    /// Has a program inherit no file but 0 to 2.
    package static func inheritNothing(_ actions: inout posix_spawn_file_actions_t) {
        let error = gleaner_inherit_nothing(&actions)
        precondition(error == 0, "a program's files cannot be closed: \(String(cString: strerror(error)))")
    }

    package var isRunning: Bool { end.withLock { $0 == nil } }

    /// Sends a signal, unless it has ended: then its number may be another process's.
    package func send(_ signal: Int32) {
        end.withLock { if $0 == nil { _ = kill(id, signal) } }
    }

    /// The exit code; nil while it runs and when a signal ended it.
    package var exitCode: Int32? {
        end.withLock { $0 }.flatMap { $0 & 0x7f == 0 ? ($0 >> 8) & 0xff : nil }
    }

    /// Waits for its end without blocking the tests' threads.
    /// - Returns: the exit code, or 128 and the signal's number, as shells say it.
    package func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            life.notify(queue: .global()) { continuation.resume(returning: self.status) }
        }
    }

    /// Blocks the thread until it has ended; returns as `wait` does.
    @discardableResult
    package func waitUntilEnded() -> Int32 {
        life.wait()
        return status
    }

    private var status: Int32 {
        end.withLock { $0 }.map { $0 & 0x7f == 0 ? ($0 >> 8) & 0xff : 128 + ($0 & 0x7f) } ?? 0
    }

    private func watch() {
        life.enter()
        Thread.detachNewThread { [self] in
            // It can be waited for once more, so that nobody holds the lock meanwhile.
            var info = siginfo_t()
            while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            end.withLock { end in
                var word: Int32 = 0
                waitpid(id, &word, 0)
                end = word
            }
            life.leave()
        }
    }
}
