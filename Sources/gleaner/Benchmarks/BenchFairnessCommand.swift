import ArgumentParser
import JSON
import Simulation

/// `gleaner bench-fairness`: what the gateway's fair queue gives tenants of very unequal requests, and what it costs.
struct BenchFairnessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-fairness",
        abstract: "Measure how evenly the gateway's queue serves tenants, beside first come, first served.",
        discussion: """
            Eight tenants always have requests waiting; those of half of them are many times larger. One simulated \
            device serves them under virtual time, which no other work on this machine can disturb. Fairness is \
            Jain's index over stretches of work done: 1 when all have the same, 0.125 when one of eight has all.

              gleaner bench-fairness --device h100-8b --ratio 20 --window 30
            """,
        shouldDisplay: false)

    @Option(help: "A profile of a simulated device.")
    var device = "h100-8b"

    @Option(help: "How many times larger the large requests are.")
    var ratio = 20

    @Option(help: "Sequences that the device runs at once; its profile's if not given.")
    var sequences: Int?

    @Option(help: "Seconds of a stretch.")
    var window = 30

    @Option(help: "Virtual seconds in all.")
    var seconds = 600

    @Flag(help: "Print a JSON array.")
    var json = false

    func validate() throws {
        guard (1...1000).contains(ratio), (1...100_000).contains(seconds), (1...seconds).contains(window),
            (1...100_000).contains(sequences ?? 1)
        else { throw ValidationError("ratio, seconds, window and sequences must be positive, and not absurd") }
    }

    func run() throws {
        var benchmark = FairnessBenchmark(device: try .named(device))
        benchmark.ratio = ratio
        benchmark.seconds = Double(seconds)
        if let sequences { benchmark.device.maximumSequences = sequences }
        try check(benchmark)
        let plain = benchmark.run(.firstCome)
        let listing = Listing(
            columns: ["queue", "lowest_index", "work_per_second", "of_first_come", "finished"],
            rows: FairnessBenchmark.Order.allCases.map { order in
                let result = order == .firstCome ? plain : benchmark.run(order)
                return [
                    .text(order.rawValue), .decimal(result.lowestIndex(window: window), 4),
                    .decimal(result.throughput, 0), .decimal(result.throughput / plain.throughput, 3),
                    .count(result.finished),
                ]
            })
        TerminalOutput.write(json ? listing.json.serialized() + "\n" : listing.table)
    }

    private func check(_ benchmark: FairnessBenchmark) throws {
        let (longest, capacity) = (benchmark.longestRequest, benchmark.device.contextTokens)
        guard longest <= capacity else {
            throw ValidationError("requests of \(longest) tokens do not fit the device's \(capacity)")
        }
    }
}
