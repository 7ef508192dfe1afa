import ArgumentParser
import Foundation
import JSON
import Simulation

/// `gleaner bench-routing`: routing by predicted latency beside policies that predict nothing.
struct BenchRoutingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-routing",
        abstract: "Measure routing policies against each other on a recorded trace, over simulated workers.",
        discussion: """
            Sixteen simulated workers serve a recorded trace under virtual time, which no other work on this machine \
            can disturb; only the times of decisions are those of this machine. Loads are parts of the knee: the rate \
            at which the best policy that predicts nothing still meets the objectives of 90 % of the requests. The \
            gain is by how many percent predicted_latency is better than the best of the others, figure by figure.

              gleaner bench-routing --trace mooncake-conversation.jsonl --pool unequal --loads 0.5,0.85
            """,
        shouldDisplay: false)

    enum Pool: String, ExpressibleByArgument, CaseIterable {
        case unequal, equal
    }

    @Option(help: "A trace: Azure's CSV (.csv), or Mooncake's JSON lines.")
    var trace: String

    @Option(help: "The workers: of three kinds, or of one.")
    var pool = Pool.unequal

    @Option(help: "Parts of the knee, with commas.")
    var loads = "0.3,0.5,0.7,0.85,1.0"

    @Option(help: "Requests a second at the knee, which is searched if not given.")
    var knee: Double?

    @Option(help: "Policies, with commas; all if not given.")
    var policies: String?

    @Option(help: "Only so many requests of the trace.")
    var requests: Int?

    @Flag(help: "Print a JSON object.")
    var json = false

    func validate() throws {
        guard let parts, !parts.isEmpty, parts.allSatisfy({ (0.01...10).contains($0) }) else {
            throw ValidationError("'\(loads)' are not parts of the knee between 0.01 and 10, such as 0.5,0.85")
        }
        guard (0.001...1e6).contains(knee ?? 1), requests ?? 1 > 0 else {
            throw ValidationError("knee and requests must be positive, and not absurd")
        }
        _ = try chosen()
    }

    func run() async throws {
        let benchmark = try benchmark()
        let knee = knee ?? search(benchmark)
        let sweep = RoutingSweep(benchmark, policies: try chosen(), rates: (parts ?? []).map { $0 * knee })
        let rows = await sweep.run(atOnce: ProcessInfo.processInfo.activeProcessorCount) { row in
            TerminalOutput.note("\(row.policy.rawValue) at \(String(format: "%.2f", row.rate)) requests a second: done")
        }
        let page = RoutingPage(
            knee: knee, loads: parts ?? [], rows: rows, predictions: predictions(benchmark, rows, knee: knee),
            decisions: decisions())
        TerminalOutput.write(json ? page.json.serialized() + "\n" : page.text)
    }

    // MARK: What is asked

    /// Nil: not numbers.
    private var parts: [Double]? {
        let numbers = loads.split(separator: ",").map { Double($0) }
        return numbers.contains(nil) ? nil : numbers.compactMap { $0 }
    }

    private func chosen() throws -> [RoutingBenchmark.Policy] {
        guard let policies else { return RoutingBenchmark.Policy.allCases }
        return try policies.split(separator: ",").map { name in
            if let policy = RoutingBenchmark.Policy(rawValue: String(name)) { return policy }
            let known = RoutingBenchmark.Policy.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(name)' is not a policy: \(known)")
        }
    }

    private func benchmark() throws -> RoutingBenchmark {
        var requests =
            trace.hasSuffix(".csv") ? try Trace.azure(path: trace) : try Trace.mooncake(path: trace).spreadingTies()
        if let count = self.requests { requests = requests.prefix(count) }
        guard requests.rate > 0 else { throw ValidationError("the trace has no two requests at different times") }
        let devices =
            switch pool {
            case .unequal: try RoutingBenchmark.unequalPool()
            case .equal: try RoutingBenchmark.equalPool()
            }
        return RoutingBenchmark(devices: devices, trace: requests)
    }

    // MARK: Parts of the measurement

    private func search(_ benchmark: RoutingBenchmark) -> Double {
        TerminalOutput.note("searching the knee")
        let knee = benchmark.knee()
        TerminalOutput.note("the knee is at \(String(format: "%.2f", knee)) requests a second")
        return knee
    }

    /// At the load that is nearest to 85 % of the knee.
    private func predictions(
        _ benchmark: RoutingBenchmark, _ rows: [[RoutingBenchmark.Row]], knee: Double
    ) -> [PredictorBenchmark.Window] {
        let routed = rows.joined().filter { $0.policy == .predicted }
        let distance = { (row: RoutingBenchmark.Row) in abs(row.rate - 0.85 * knee) }
        guard let row = routed.min(by: { distance($0) < distance($1) }) else { return [] }
        TerminalOutput.note("predictions: from a cold start, and after a change of speed")
        let predictor = PredictorBenchmark(benchmark, rate: row.rate)
        return PredictorBenchmark.warm(row) + predictor.cold("twice too fast", declared: 2)
            + predictor.cold("twice too slow", declared: 0.5) + predictor.cold("undeclared", declared: nil)
            + predictor.afterSpeedStep("half slower", speed: 0.5) + predictor.afterSpeedStep("half faster", speed: 2)
    }

    private func decisions() -> [UInt64] {
        RoutingBenchmark.decisionTimes(workers: 100, decisions: 20_000) { DispatchTime.now().uptimeNanoseconds }
    }
}
