import Supervision

/// A question to another program: does the owner's job run?
package struct OwnerQuestion: Sendable {
    /// What the answer means.
    package enum Answer: Sendable, Equatable {
        /// In words, for the log.
        case isThere(String)
        case isAway
        /// The question could not be asked, or was not answered in time.
        case unknown(String)
    }

    package let signal: YieldSignal
    private let words: [String]
    private let deadline: Duration
    private let meaning: @Sendable (ShortProgram.End) -> Answer

    /// How long an answer may take.
    private static let patience = Duration.seconds(5)

    /// A command of the owner's for `/bin/sh`: success means that the job runs.
    package static func command(_ line: String, deadline: Duration = patience) -> OwnerQuestion {
        OwnerQuestion(signal: .command, words: ["/bin/sh", "-c", line], deadline: deadline) { end in
            switch end {
            case .exited(0, _): .isThere("'\(line)' succeeds")
            case .exited(126, _): .unknown("'\(line)' cannot be run: it is no program, or not executable")
            case .exited(127, _): .unknown("'\(line)' cannot be run: there is no such program")
            case .exited: .isAway
            case .killed(let number): .unknown("'\(line)' was ended by signal \(number)")
            case .late: .unknown("'\(line)' did not end within \(deadline)")
            case .notStarted(let reason): .unknown("no shell can be started: \(reason)")
            }
        }
    }

    /// A systemd unit: it runs from the moment when it is being started to the one when it has ended.
    package static func unit(_ name: String, deadline: Duration = patience) -> OwnerQuestion {
        let words = ["systemctl", "show", "--property=LoadState", "--property=ActiveState", "--", name]
        return OwnerQuestion(signal: .unit, words: words, deadline: deadline) { end in
            switch end {
            case .exited(0, let output): meaning(of: output, name)
            case .exited(_, let output): .unknown("systemctl refuses: \(output.prefix(200))")
            case .killed, .late: .unknown("systemctl did not answer within \(deadline)")
            case .notStarted(let reason): .unknown("systemctl cannot be started: \(reason)")
            }
        }
    }

    /// Asks once.
    package func ask() async -> Answer { meaning(await ShortProgram.run(words, deadline: deadline)) }

    private static func meaning(of output: String, _ name: String) -> Answer {
        var values: [Substring: Substring] = [:]
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard let state = values["ActiveState"] else { return .unknown("systemctl says nothing of unit '\(name)'") }
        if ["active", "activating", "reloading", "refreshing", "deactivating"].contains(state) {
            return .isThere("unit '\(name)' is \(state)")
        }
        if let load = values["LoadState"], load != "loaded", load != "masked" {
            return .unknown("systemd has no unit '\(name)' (\(load))")
        }
        return .isAway
    }
}
