/// What routing is judged by.
package enum RoutingFigure: String, Sendable, CaseIterable {
    case ttftP50 = "ttft_p50"
    case ttftP95 = "ttft_p95"
    case interTokenP50 = "inter_token_p50"
    case interTokenP95 = "inter_token_p95"
    case attainment
    case outputRate = "output_rate"

    /// Seconds, a part of the requests, or tokens a second.
    package func value(of report: FleetReport) -> Double {
        switch self {
        case .ttftP50: report.ttft.percentile(50)
        case .ttftP95: report.ttft.percentile(95)
        case .interTokenP50: report.interToken.percentile(50)
        case .interTokenP95: report.interToken.percentile(95)
        case .attainment: report.attainment
        case .outputRate: report.outputRate
        }
    }

    private var growsWithQuality: Bool { self == .attainment || self == .outputRate }

    /// By how many percent of the best of `others` the report is better than it; negative: worse. Nil without others.
    package func gain(of report: FleetReport, over others: [FleetReport]) -> Double? {
        let values = others.map(value(of:))
        guard let best = growsWithQuality ? values.max() : values.min(), best > 0 else { return nil }
        let change = (value(of: report) - best) / best * 100
        return growsWithQuality ? change : -change
    }
}
