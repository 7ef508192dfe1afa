import CSupervision
import Glibc

/// The thread of one program: starts it, takes what it writes, and waits for its end.
final class ProgramThread: Sendable {
    typealias Started = @Sendable (Result<RunningProgram, ProgramStartError>) -> Void

    private let command: EngineCommand
    private let patience: Duration
    private let line: @Sendable (String) -> Void
    private let started: Started

    init(
        command: EngineCommand, patience: Duration, line: @escaping @Sendable (String) -> Void,
        started: @escaping Started
    ) {
        self.command = command
        self.patience = patience
        self.line = line
        self.started = started
    }

    /// Returns an `errno` when there is no thread to be had; then nothing else happens.
    func launch() -> Int32? {
        var thread = pthread_t()
        let me = Unmanaged.passRetained(self)
        let error = pthread_create(
            &thread, nil,
            { me in
                if let me { Unmanaged<ProgramThread>.fromOpaque(me).takeRetainedValue().run() }
                return nil
            }, me.toOpaque())
        guard error == 0 else {
            me.release()
            return error
        }
        pthread_detach(thread)
        return nil
    }

    private func run() {
        var (output, report): (Int32, Int32) = (-1, -1)
        let keeper = keep(&output, &report)
        guard keeper > 0 else { return started(.failure(ProgramStartError(command, -keeper))) }
        defer {
            close(output)
            close(report)
        }
        var start = gleaner_start(error: EIO, program: 0)
        let isTold = withUnsafeMutableBytes(of: &start) { Self.fill($0, from: report) }
        let (program, ending) = RunningProgram.make(id: start.program, keeper: keeper)
        guard isTold, start.error == 0 else {
            ending.reap(keeper)
            return started(.failure(ProgramStartError(command, start.error)))
        }
        started(.success(program))
        relay(output, until: report)
        var status: Int32 = 0
        let hasStatus = withUnsafeMutableBytes(of: &status) { Self.fill($0, from: report) }
        ending.reap(keeper)
        ending.say(hasStatus ? ProgramEnd(status: status) : .lost)
    }

    private func keep(_ output: inout Int32, _ report: inout Int32) -> pid_t {
        var words = command.words.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let milliseconds = min(max(patience / .milliseconds(1), 0), Double(Int32.max))
        return gleaner_keep(&words, &output, &report, Int32(milliseconds))
    }

    /// What may be left in a pipe, in readings of one buffer.
    private static let lastReadings = 8

    /// Hands out lines until the program has ended and what it wrote by then is read. Others may still hold the file.
    private func relay(_ output: Int32, until report: Int32) {
        var lines = LineSplitter()
        while Self.canRead(output, orEndOf: report), takeLines(output, &lines) {}
        for _ in 0..<Self.lastReadings where Self.isReadable(output) { _ = takeLines(output, &lines) }
        for text in lines.end() { line(text) }
        // Who holds the output open has no reader, but the report is the program's end.
        _ = Self.poll([report], timeout: -1)
    }

    /// Waits. False: the program has ended.
    private static func canRead(_ output: Int32, orEndOf report: Int32) -> Bool {
        !poll([output, report], timeout: -1)[1]
    }

    private static func isReadable(_ file: Int32) -> Bool { poll([file], timeout: 0)[0] }

    /// False at the end of the file.
    private func takeLines(_ output: Int32, _ lines: inout LineSplitter) -> Bool {
        let texts = withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 1) { buffer -> [String]? in
            let count = Glibc.read(output, buffer.baseAddress, buffer.count)
            return count > 0 ? lines.take(buffer[..<count]) : nil
        }
        for text in texts ?? [] { line(text) }
        return texts != nil
    }

    /// Which of the files have something to read, or their end.
    private static func poll(_ files: [Int32], timeout: Int32) -> [Bool] {
        var entries = files.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while Glibc.poll(&entries, nfds_t(entries.count), timeout) < 0, errno == EINTR {}
        return entries.map { $0.revents != 0 }
    }

    /// Whether the whole value could be read.
    private static func fill(_ value: UnsafeMutableRawBufferPointer, from file: Int32) -> Bool {
        var rest = value
        while !rest.isEmpty {
            let count = Glibc.read(file, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }
}
