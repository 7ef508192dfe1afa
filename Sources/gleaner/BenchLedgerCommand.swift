import ArgumentParser
import Foundation
import Ledger

/// `gleaner bench-ledger`: what the ledger's database carries, and what it costs a request.
struct BenchLedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-ledger",
        abstract: "Measure how many requests a ledger settles a second, and how long it makes one wait.",
        discussion: """
            Writes tenants, usage and entries that do not belong in a ledger of yours: give it a database of its own. \
            Prints one JSON object.

              gleaner bench-ledger /var/tmp/bench.db --seconds 60
            """,
        shouldDisplay: false)

    @Argument(help: "The path of a SQLite file, or a URL that begins with postgresql://")
    var database: String

    @Option(help: "Seconds of each measurement.")
    var seconds = 60

    @Option(help: "Requests at once while it settles as many as it can.")
    var inFlight = 256

    @Option(help: "Requests a second while it measures the wait.")
    var rate = 500

    @Option(help: "Rows of usage to find a tenant's month in; 0 measures no month.")
    var monthRows = 0

    func validate() throws {
        guard (1...100_000).contains(seconds), (1...100_000).contains(inFlight), (1...100_000).contains(rate),
            (0...1_000_000_000).contains(monthRows)
        else { throw ValidationError("seconds, requests and rows must be positive, and not absurd") }
    }

    func run() async throws {
        let deadlines = StoreDeadlines(write: .seconds(60), read: .seconds(600))
        let ledger = try await Ledger(
            database: DatabaseLocation(database).open(deadlines), nowMs: { Int64(Date().timeIntervalSince1970 * 1000) })
        let benchmark = LedgerBenchmark(ledger: ledger, run: UUID().uuidString)
        try await benchmark.prepare()
        let settled = try await benchmark.settle(inFlight: inFlight, seconds: seconds)
        let waits = try await benchmark.waits(perSecond: rate, seconds: seconds)
        var figures = [
            ("settled_per_second", Double(settled.reduce(0, +)) / Double(seconds)),
            ("settled_in_slowest_second", Double(settled.min() ?? 0)),
            ("settled_per_second_in_last_quarter", average(settled.suffix(max(1, seconds / 4)))),
            ("admission_p50_ms", milliseconds(waits.admission, 0.5)),
            ("admission_p99_ms", milliseconds(waits.admission, 0.99)),
            ("admission_max_ms", milliseconds(waits.admission, 1)),
            ("ttft_p99_without_ledger_ms", milliseconds(waits.withoutLedger, 0.99)),
            ("ttft_p99_with_ledger_ms", milliseconds(waits.withLedger, 0.99)),
        ]
        if monthRows > 0 {
            try await benchmark.fillMonth(rows: monthRows)
            let months = try await benchmark.months(100)
            figures += [("month_p50_ms", milliseconds(months, 0.5)), ("month_max_ms", milliseconds(months, 1))]
        }
        await ledger.close()
        print("{" + figures.map { "\"\($0.0)\":" + String(format: "%.2f", $0.1) }.joined(separator: ",") + "}")
    }

    private func average(_ counts: some Collection<Int>) -> Double {
        Double(counts.reduce(0, +)) / Double(max(1, counts.count))
    }

    /// The time that this share of the times does not exceed.
    private func milliseconds(_ times: [Duration], _ share: Double) -> Double {
        guard !times.isEmpty else { return 0 }
        let sorted = times.sorted()
        return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))] / .milliseconds(1)
    }
}
