import Foundation
import Synchronization

/// A program that we start and that inherits nothing of ours but its standard input and output.
///
/// Foundation's `Process` learns of a child's end by a socket that it lends it. A program that another thread starts at
/// that moment inherits the socket too, and one that lives as long as a server then hides the end of the other for
/// ever. So what lives long is started here, where every other file is closed.
final class ChildProcess: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let command: String
        let errorNumber: Int32

        var description: String { "\(command) cannot be started: \(String(cString: strerror(errorNumber)))" }
    }

    let id: pid_t
    /// Its status once it has ended: the exit code, or 128 and the signal's number, as shells say it.
    private let status = Mutex<Int32?>(nil)

    /// - Parameters:
    ///   - command: the path of the program, and its arguments.
    ///   - input: a file to read from; nil for nothing to read.
    ///   - output: a file for its standard output and errors; nil to drop them.
    init(_ command: [String], input: Int32? = nil, output: Int32? = nil) throws {
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
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        for file in 3..<Self.endOfFiles() { posix_spawn_file_actions_addclose(&actions, file) }
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var id: pid_t = 0
        let error = posix_spawn(&id, command[0], &actions, nil, &arguments, environ)
        guard error == 0 else { throw Failure(command: command[0], errorNumber: error) }
        self.id = id
    }

    /// Above every file that is open, with room for those that other threads open meanwhile. Closing a number that is
    /// no file does no harm.
    private static func endOfFiles() -> Int32 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return (names.compactMap { Int32($0) }.max() ?? 0) + 1024
    }

    var isRunning: Bool { ended() == nil }

    /// Waits for its end without blocking the tests' threads.
    func wait() async -> Int32 {
        while true {
            if let status = ended() { return status }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private func ended() -> Int32? {
        status.withLock { status in
            if let status { return status }
            var word: Int32 = 0
            guard waitpid(id, &word, WNOHANG) == id else { return nil }
            status = word & 0x7f == 0 ? (word >> 8) & 0xff : 128 + (word & 0x7f)
            return status
        }
    }
}
