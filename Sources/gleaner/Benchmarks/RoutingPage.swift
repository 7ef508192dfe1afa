import JSON
import Simulation

/// What `gleaner bench-routing` found, for people and for programs.
struct RoutingPage {
    let knee: Double
    let loads: [Double]
    /// For each load.
    let rows: [[RoutingBenchmark.Row]]
    let predictions: [PredictorBenchmark.Window]
    /// Nanoseconds of decisions, the shortest first.
    let decisions: [UInt64]

    var text: String {
        var text = "knee: \(Cell.decimal(knee, 2).text) requests a second\n"
        for (load, rows) in zip(loads, rows) {
            text += "\n\(Cell.percent(load).text) % of the knee; times in ms, objectives met in %\n"
            text += listing(rows).table + gains(rows)
        }
        if !predictions.isEmpty { text += "\npredictions, none of a request seen before; in %\n" + predictor.table }
        text += "\na decision for 100 workers, by this machine's clock: p50 \(microseconds(0.5)), "
        return text + "p99 \(microseconds(0.99)) microseconds\n"
    }

    var json: JSON {
        let sweep = zip(loads, rows).map { load, rows -> JSON in
            let gains = RoutingSweep.gains(rows) ?? [:]
            let members = RoutingFigure.allCases.map { ($0.rawValue, gains[$0].map { JSON.double($0) } ?? .null) }
            return .object(
                JSONObject([
                    ("load", .double(load)), ("policies", listing(rows).json),
                    ("gain_percent", .object(JSONObject(members))),
                ]))
        }
        return .object(
            JSONObject([
                ("knee", .double(knee)), ("sweep", .array(sweep)), ("predictions", predictor.json),
                ("decision_p50_us", .double(decision(0.5))), ("decision_p99_us", .double(decision(0.99))),
            ]))
    }

    // MARK: Routing

    private func listing(_ rows: [RoutingBenchmark.Row]) -> Listing {
        Listing(
            columns: ["policy", "rate"] + RoutingFigure.allCases.map(\.rawValue) + ["cached", "refused"],
            rows: rows.map { row in
                [.text(row.policy.rawValue), .decimal(row.rate, 2)]
                    + RoutingFigure.allCases.map { cell($0, $0.value(of: row.report)) }
                    + [.percent(row.report.cachedShare), .count(row.report.refused)]
            }, hidden: ["rate", "refused"])
    }

    private func cell(_ figure: RoutingFigure, _ value: Double) -> Cell {
        switch figure {
        case .ttftP50, .ttftP95, .interTokenP50, .interTokenP95: .milliseconds(value)
        case .attainment: .percent(value)
        case .outputRate: .decimal(value, 1)
        }
    }

    private func gains(_ rows: [RoutingBenchmark.Row]) -> String {
        guard let gains = RoutingSweep.gains(rows) else { return "" }
        let parts = RoutingFigure.allCases.compactMap { figure in
            gains[figure].map { "\(figure.rawValue) \($0 < 0 ? "" : "+")\(Cell.decimal($0, 1).text) %" }
        }
        return "gain over the best: " + parts.joined(separator: ", ") + "\n"
    }

    // MARK: Predictions and decisions

    private var predictor: Listing {
        Listing(
            columns: [
                "time", "requests", "samples", "median_error", "p90_error", "within_p50", "within_p90", "within_p99",
                "settled_after",
            ],
            rows: predictions.map { window in
                [
                    .text(window.measure.rawValue), .text(window.name), .count(window.score.samples),
                    .percent(window.score.medianError), .percent(window.score.error90),
                    .percent(window.score.within50), .percent(window.score.within90), .percent(window.score.within99),
                    window.settledAfter.map(Cell.count) ?? .decimal(nil, 0),
                ]
            })
    }

    /// Microseconds that so many decisions do not exceed; 0 of none.
    private func decision(_ part: Double) -> Double {
        guard !decisions.isEmpty else { return 0 }
        return Double(decisions[min(Int(part * Double(decisions.count)), decisions.count - 1)]) / 1000
    }

    private func microseconds(_ part: Double) -> String { Cell.decimal(decision(part), 1).text }
}
