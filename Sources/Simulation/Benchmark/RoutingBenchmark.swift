package import Routing

/// Routing policies against each other: the same trace over the same virtual fleet, under loads up to the one that
/// is too much.
package struct RoutingBenchmark: Sendable {
    /// A way to route.
    package enum Policy: String, Sendable, CaseIterable {
        case roundRobin = "round_robin"
        case leastLoaded = "least_loaded"
        case prefixAffinity = "prefix_affinity"
        case sticky = "sticky_until_saturated"
        case predicted = "predicted_latency"

        /// Those that predict nothing.
        package static let baselines = allCases.filter { $0 != .predicted }
    }

    /// One policy under one load.
    package struct Row: Sendable {
        package let policy: Policy
        /// Requests a second.
        package let rate: Double
        package let report: FleetReport
        package let predictions: [PredictionRecord]
    }

    package let devices: [DeviceProfile]
    package let trace: Trace
    package var objectives = FleetReport.Objectives(ttft: 5, interToken: 0.1)
    package var options = VirtualFleet.Options()
    /// The one that predicts.
    package var router = Router()
    /// How fast devices declare themselves to the gateway, compared to what they are; nil: they declare nothing.
    package var declaredFactor: Double? = 1
    /// The part of the requests that meets the objectives at the knee.
    package var kneeAttainment = 0.9

    package init(devices: [DeviceProfile], trace: Trace) {
        self.devices = devices
        self.trace = trace
    }

    /// Sixteen workers of three kinds.
    package static func unequalPool() throws(DeviceProfileError) -> [DeviceProfile] {
        let (h100, a100, l4) = (
            try DeviceProfile.named("h100-8b"), try DeviceProfile.named("a100-8b"), try DeviceProfile.named("l4-8b")
        )
        return seeded([h100, h100, h100, h100] + [a100, a100, a100, a100, a100, a100] + [l4, l4, l4, l4, l4, l4])
    }

    /// Sixteen workers of one kind.
    package static func equalPool() throws(DeviceProfileError) -> [DeviceProfile] {
        seeded(Array(repeating: try .named("a100-8b"), count: 16))
    }

    /// Each with a jitter of its own.
    private static func seeded(_ devices: [DeviceProfile]) -> [DeviceProfile] {
        devices.enumerated().map { place, device in
            var device = device
            device.seed = place
            return device
        }
    }

    // MARK: Run

    /// Runs the trace at a rate of requests a second.
    package func run(_ policy: Policy, rate: Double) -> Row {
        switch policy {
        case .roundRobin: run(RoundRobin(), policy, rate)
        case .leastLoaded: run(LeastLoaded(), policy, rate)
        case .prefixAffinity: run(PrefixAffinity(), policy, rate)
        case .sticky: run(StickyUntilSaturated(), policy, rate)
        case .predicted: run(router, policy, rate)
        }
    }

    private func run(_ router: some RoutingPolicy, _ policy: Policy, _ rate: Double) -> Row {
        let asked = Routing.Objectives(ttft: objectives.ttft, interToken: objectives.interToken)
        var fleet = VirtualFleet(devices: devices, options: options)
        var gateway = PolicyGateway(router, devices: devices, declaredFactor: declaredFactor) { _ in asked }
        let outcomes = fleet.run(trace.scaled(toRate: rate), through: &gateway)
        return Row(
            policy: policy, rate: rate, report: FleetReport(outcomes, objectives: objectives),
            predictions: gateway.predictions)
    }

    // MARK: Knee

    /// The highest rate at which the best of the baselines still lets the objectives be met as often as
    /// `kneeAttainment` says, within 2 %.
    package func knee() -> Double {
        var favourite = Policy.sticky
        var low = 0.0
        var high = 1.0
        while let policy = policy(meeting: high, first: favourite) {
            (favourite, low, high) = (policy, high, high * 2)
        }
        while high - low > 0.02 * high {
            let middle = (low + high) / 2
            if let policy = policy(meeting: middle, first: favourite) {
                (favourite, low) = (policy, middle)
            } else {
                high = middle
            }
        }
        return low
    }

    /// A baseline that copes with a rate. The one that did last is asked first, since the others seldom need to be.
    private func policy(meeting rate: Double, first: Policy) -> Policy? {
        let order = [first] + Policy.baselines.filter { $0 != first }
        return order.first { run($0, rate: rate).report.attainment >= kneeAttainment }
    }
}
