/// How an engine is watched, and how it is started again.
package struct SupervisionLimits: Sendable, Equatable {
    /// The waits before an engine that ended is started again.
    package var backoff = Backoff()
    /// From SIGTERM to SIGKILL.
    package var patience = Duration.seconds(20)
    /// How often an engine that is starting is asked whether it answers.
    package var startingInterval = Duration.milliseconds(250)
    /// How often one that answered is asked again.
    package var interval = Duration.seconds(2)
    /// An engine that answered once and does not for so long is taken for hung, and started again.
    package var silence = Duration.seconds(60)
    /// An engine that ended so many times and never answered is not started again: its command must be wrong.
    package var hopelessStarts = 3

    package init() {}
}

/// Why there is no engine.
package enum SupervisionError: Error, Equatable, CustomStringConvertible {
    /// Somebody else's server stands where the engine should.
    case addressTaken(String)
    /// It never answered.
    case hopeless(ProgramEnd, starts: Int, address: String, lastWords: [String])

    package var description: String {
        switch self {
        case .addressTaken(let address):
            "Something answers at \(address) already. Stop it, or let the engine listen on another port."
        case .hopeless(let end, let starts, let address, let lastWords):
            "The engine was started \(starts) times and never answered at \(address); \(end). Check its command"
                + (lastWords.isEmpty ? "." : "; it said last:\n" + lastWords.map { "  \($0)" }.joined(separator: "\n"))
        }
    }
}
