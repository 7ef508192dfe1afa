/// How a program ended.
package enum ProgramEnd: Sendable, Equatable, CustomStringConvertible {
    /// By itself, with this exit status.
    case exited(Int32)
    /// By a signal of this number.
    case killed(Int32)
    /// Its keeper was killed, and it with its keeper.
    case lost

    /// - Parameter status: as `waitpid` gives it.
    init(status: Int32) {
        let signal = status & 0x7f
        self = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal)
    }

    package var description: String {
        switch self {
        case .exited(let status): "it ended with status \(status)"
        case .killed(let signal): "signal \(signal) ended it"
        case .lost: "it was killed"
        }
    }
}
