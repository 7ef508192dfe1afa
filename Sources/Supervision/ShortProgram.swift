import CSupervision
import Dispatch
import Glibc

/// A program that is asked something: it runs to its end within a deadline, or is killed with all that it started.
package enum ShortProgram {
    package enum End: Sendable, Equatable {
        /// With the beginning of what it wrote.
        case exited(Int32, output: String)
        /// By a signal of this number.
        case killed(Int32)
        case late
        case notStarted(String)
    }

    private static let maximumOutputBytes = 4096
    /// Runs block their threads, which are not those that answer clients.
    private static let queue = DispatchQueue(label: "gleaner.short-programs", attributes: .concurrent)

    /// - Parameter words: the program, looked up in `PATH`, and its arguments.
    package static func run(_ words: [String], deadline: Duration) async -> End {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: runBlocking(words, deadline)) }
        }
    }

    private static func runBlocking(_ words: [String], _ deadline: Duration) -> End {
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let milliseconds = Int32(min(max(deadline / .milliseconds(1), 0), Double(Int32.max)))
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: maximumOutputBytes) { text in
            let end = gleaner_run_short(&arguments, milliseconds, text.baseAddress, text.count)
            if end.error != 0 { return .notStarted(String(cString: strerror(end.error)).lowercased()) }
            if end.is_late { return .late }
            let signal = end.status & 0x7f
            if signal != 0 { return .killed(signal) }
            let output = String(decoding: text[..<end.count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return .exited((end.status >> 8) & 0xff, output: output)
        }
    }
}
