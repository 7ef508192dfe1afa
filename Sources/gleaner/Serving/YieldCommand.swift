import ArgumentParser
import Yielding

/// `gleaner yield`: the owner takes the machine.
struct YieldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "yield",
        abstract: "Have the servers of this machine stop computing until you say otherwise.",
        discussion: """
            Streams pause, requests wait, and nothing fails; 'gleaner resume' lets them go on. Returns when nothing \
            computes any more and the memory, if you ask for it, is back. It concerns the servers that this user runs \
            (gleaner serve), with the same GLEANER_HOME.

              gleaner yield
              gleaner yield --release-memory --for 10m
              gleaner yield --port 8080
            """)

    @Flag(help: "Give back the memory, too: to go on takes the time of loading the model.")
    var releaseMemory = false

    @Option(name: .customLong("for"), help: "Go on by itself after this long: 90s, 10m, 8h or 2d.")
    var duration: YieldDuration?

    @OptionGroup var servers: ServerSelection

    func run() async throws {
        let order = ControlRequest.yield(releasesMemory: releaseMemory, seconds: duration?.seconds)
        try await servers.tell(order) { status in
            // Somebody else may have resumed it at the same moment.
            status.isYielding ? status.timesText ?? "yields" : "serves again already"
        }
    }
}

/// `gleaner resume`: the owner gives the machine back.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Take back 'gleaner yield': the servers of this machine go on.",
        discussion: """
            What else a server gives way to (--yield, --yield-when, --yield-to-unit) holds, and is said.

              gleaner resume
            """)

    @OptionGroup var servers: ServerSelection

    func run() async throws {
        try await servers.tell(.resume) { status in
            guard status.isYielding else { return "serves" }
            return "still yields: \(status.reason)" + (status.isResting ? ", a moment ago" : "")
        }
    }
}

/// A time as people write it: `90s`, `10m`, `8h`, `2d`.
struct YieldDuration: ExpressibleByArgument {
    let seconds: Double

    init?(argument: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let last = argument.last, let unit = units[last], let number = Double(argument.dropLast()),
            number > 0, number * unit <= ControlRequest.maximumSeconds
        else { return nil }
        seconds = number * unit
    }
}
