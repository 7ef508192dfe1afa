/// What a fleet did, summed up.
package struct FleetReport: Sendable, Equatable {
    /// What requests are to be like; nil: no matter.
    package struct Objectives: Sendable, Equatable {
        /// Seconds from arrival to the first token.
        package var ttft: Double?
        /// Seconds from token to token, in the mean over an answer.
        package var interToken: Double?

        package init(ttft: Double? = nil, interToken: Double? = nil) {
            self.ttft = ttft
            self.interToken = interToken
        }

        func areMet(by outcome: RequestOutcome) -> Bool {
            outcome.ttft <= ttft ?? .infinity && outcome.interToken ?? 0 <= interToken ?? .infinity
        }
    }

    /// Values in order of size.
    package struct Distribution: Sendable, Equatable {
        private let sorted: [Double]

        package init(_ values: [Double]) { sorted = values.sorted() }

        package var mean: Double { sorted.isEmpty ? 0 : sorted.reduce(0, +) / Double(sorted.count) }

        /// The smallest value that so many percent are not above; 0 of none.
        package func percentile(_ percent: Double) -> Double {
            guard let largest = sorted.last else { return 0 }
            let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
            return rank > sorted.count ? largest : sorted[max(rank - 1, 0)]
        }
    }

    package let requests: Int
    /// Requests that no worker took.
    package let refused: Int
    /// Seconds from arrival.
    package let ttft: Distribution
    /// Seconds from token to token, in the mean over an answer.
    package let interToken: Distribution
    /// The longest pause of each answer.
    package let longestGap: Distribution
    package let endToEnd: Distribution
    /// Seconds from the first arrival to the last token.
    package let duration: Double
    package let outputTokens: Int
    package let promptTokens: Int
    package let cachedTokens: Int
    /// The part of all requests, those refused included, that met the objectives.
    package let attainment: Double

    package init(_ outcomes: [RequestOutcome], objectives: Objectives = Objectives()) {
        let served = outcomes.filter { $0.worker != nil }
        requests = outcomes.count
        refused = outcomes.count - served.count
        ttft = Distribution(served.map(\.ttft))
        interToken = Distribution(served.compactMap(\.interToken))
        longestGap = Distribution(served.map(\.longestGap))
        endToEnd = Distribution(served.map(\.endToEnd))
        duration = (served.map(\.last).max() ?? 0) - (outcomes.map(\.arrival).min() ?? 0)
        outputTokens = served.reduce(0) { $0 + $1.outputTokens }
        promptTokens = served.reduce(0) { $0 + $1.promptTokens }
        cachedTokens = served.reduce(0) { $0 + $1.cachedTokens }
        attainment =
            outcomes.isEmpty ? 1 : Double(served.count { objectives.areMet(by: $0) }) / Double(outcomes.count)
    }

    /// Tokens generated a second.
    package var outputRate: Double { duration > 0 ? Double(outputTokens) / duration : 0 }
    /// The part of the prompts' tokens that was cached.
    package var cachedShare: Double { promptTokens > 0 ? Double(cachedTokens) / Double(promptTokens) : 0 }
}
