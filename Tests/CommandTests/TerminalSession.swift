import Foundation
import TestSupport

/// The real program on a terminal of its own, as a person has it: typed keys go through the terminal's line
/// discipline, so that Ctrl-C is a signal and Ctrl-D the end of input.
struct TerminalSession {
    static let controlC = "\u{3}"
    static let controlD = "\u{4}"

    private let terminal: Int32
    private let child: ChildProcess
    private var pieces: AsyncStream<[UInt8]>.AsyncIterator
    private var received: [UInt8] = []

    /// Starts `gleaner`, runs `body`, and ends the program if `body` has left it running.
    ///
    /// - Returns: the exit status; nil for a program that a signal ended.
    static func run(
        _ arguments: [String], home: String, environment: [String: String] = [:],
        _ body: (inout TerminalSession) async throws -> Void
    ) async throws -> Int32? {
        let (terminal, name) = try openTerminal()
        defer { close(terminal) }
        let environment = GleanerProcess.environment(home: home, environment)
        let child = ChildProcess(adopting: try spawn(arguments, environment.map { "\($0)=\($1)" }, on: name))
        let (pieces, continuation) = AsyncStream<[UInt8]>.makeStream()
        // Of its own, so that it is not closed under the thread that waits at it.
        let output = fcntl(terminal, F_DUPFD_CLOEXEC, 0)
        Thread.detachNewThread {
            while let piece = nextPiece(from: output) { continuation.yield(piece) }
            close(output)
            child.waitUntilEnded()
            continuation.finish()
        }
        var session = TerminalSession(terminal: terminal, child: child, pieces: pieces.makeAsyncIterator())
        do {
            try await body(&session)
            _ = try await session.readToEnd()
        } catch {
            child.send(SIGKILL)
            while await session.pieces.next() != nil {}
            throw error
        }
        return child.exitCode
    }

    /// Types `keys`.
    func type(_ keys: String) throws {
        let bytes = Array(keys.utf8)
        guard write(terminal, bytes, bytes.count) == bytes.count else { throw TerminalFailure("write", errno) }
    }

    /// The program's, for as long as it runs.
    var processID: pid_t { child.id }

    /// Sends the program a signal that no key stands for.
    func send(_ signal: Int32) { child.send(signal) }

    /// All that was shown up to and with `mark`. Waits for it; the time limit of the test is the deadline.
    mutating func read(through mark: String) async throws -> String {
        let mark = Array(mark.utf8)
        var searched = 0
        while true {
            if let end = received[searched...].firstRange(of: mark)?.upperBound {
                defer { received.removeFirst(end) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            searched = max(0, received.count - mark.count + 1)
            guard try await receive() else { throw TerminalFailure("the program ended after showing '\(shown)'") }
        }
    }

    /// The address that `gleaner serve` shows when it is ready.
    mutating func readAddress() async throws -> String {
        let greeting = try await read(through: "flush=True)")
        let line = greeting.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }
            .first { $0.hasPrefix("http://") }
        guard let line else { throw TerminalFailure("no address in '\(greeting)'") }
        return String(line)
    }

    /// Waits until the program has shown `count` bytes more.
    mutating func read(atLeast count: Int) async throws -> String {
        while received.count < count {
            guard try await receive() else { throw TerminalFailure("the program ended after showing '\(shown)'") }
        }
        defer { received = [] }
        return shown
    }

    /// All that is shown until the program ends.
    mutating func readToEnd() async throws -> String {
        while try await receive() {}
        defer { received = [] }
        return shown
    }

    private var shown: String { String(decoding: received, as: UTF8.self) }

    /// - Returns: false when the program has ended.
    private mutating func receive() async throws -> Bool {
        guard let piece = await pieces.next() else {
            if Task.isCancelled { throw TerminalFailure("time is up after showing '\(shown)'") }
            return false
        }
        received += piece
        return true
    }
}

struct TerminalFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
    init(_ action: String, _ code: Int32) { description = "\(action): \(String(cString: strerror(code)))" }
}

/// The requests of ioctl_tty(2) that unlock a new pseudo-terminal and tell its number, and the flag of
/// posix_spawn(3) that begins a session: Swift's Glibc does not show them.
private let unlockTerminal: UInt = 0x4004_5431
private let numberOfTerminal: UInt = 0x8004_5430
private let beginSession: Int32 = 0x80

/// - Returns: the end of a new pseudo-terminal that we hold, and the name of the other, which the program gets.
private func openTerminal() throws -> (Int32, name: String) {
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (isLocked, number): (Int32, UInt32) = (0, 0)
    guard terminal >= 0, ioctl(terminal, unlockTerminal, &isLocked) == 0,
        ioctl(terminal, numberOfTerminal, &number) == 0
    else { throw TerminalFailure("open a terminal", errno) }
    return (terminal, "/dev/pts/\(number)")
}

/// nil once the program has closed its end.
private func nextPiece(from terminal: Int32) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = read(terminal, &buffer, buffer.count)
        if count > 0 { return Array(buffer[..<count]) }
        guard count < 0, errno == EINTR else { return nil }
    }
}

/// Starts the program as the leader of a session, whose terminal is the first that it opens: its standard input.
private func spawn(_ arguments: [String], _ environment: [String], on terminal: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, terminal, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO)
    ChildProcess.inheritNothing(&actions)
    // Whatever this process does with signals, the program begins as a shell would start it.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
        &attributes, Int16(beginSession | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let words = ([GleanerProcess.program.path] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup($0) } + [nil]
    defer { for text in words + variables { free(text) } }
    var pid = pid_t()
    let code = posix_spawn(&pid, GleanerProcess.program.path, &actions, &attributes, words, variables)
    guard code == 0 else { throw TerminalFailure("start the program", code) }
    return pid
}
