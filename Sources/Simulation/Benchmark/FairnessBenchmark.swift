import Routing

/// Tenants that want more than a worker can do, half of them with requests many times larger: what each gets from
/// the gateway's fair queue, and what that costs the worker.
///
/// The worker is a virtual one, run by the engine's scheduler, so that the order of requests has its price: which
/// prompts meet in a step, which contexts share the KV cache. Its work is counted as it is done, a prompt when its
/// last token is computed.
package struct FairnessBenchmark: Sendable {
    /// Whose turn it is.
    package enum Order: String, Sendable, CaseIterable {
        case fair
        case firstCome = "first_come"
    }

    package var device: DeviceProfile
    /// Of which the second half sends large requests.
    package var tenants = 8
    /// Requests that each tenant has always waiting.
    package var backlog = 40
    /// Tokens of a small prompt and of its answer, in the mean; they vary by a fifth.
    package var promptTokens = 200
    package var outputTokens = 25
    /// How many times larger large ones are.
    package var ratio = 20
    /// Virtual seconds.
    package var seconds = 300.0
    package var seed: UInt64 = 1

    package init(device: DeviceProfile) { self.device = device }

    /// Tokens of the longest prompt and answer that may come.
    package var longestRequest: Int { (promptTokens + outputTokens) * ratio * 6 / 5 }

    /// Who got how much.
    package struct Result: Sendable {
        /// By second, the work that each tenant had done, in tokens of uncached prompt.
        package internal(set) var work: [[Double]]
        /// Requests that were served to their end.
        package internal(set) var finished = 0

        /// Work a second.
        package var throughput: Double { work.joined().reduce(0, +) / Double(max(work.count, 1)) }

        /// The lowest index of fairness of all stretches of so many seconds; 1 when there is none.
        package func lowestIndex(window: Int) -> Double {
            stride(from: 0, through: work.count - window, by: 1).map { index($0..<$0 + window) }.min() ?? 1
        }

        /// The index of fairness over a stretch of seconds.
        package func index(_ seconds: Range<Int>) -> Double { jainIndex(sums(seconds)) }

        /// Each tenant's share of all work.
        package var shares: [Double] {
            let sums = sums(work.indices)
            return sums.map { $0 / max(sums.reduce(0, +), 1) }
        }

        private func sums(_ stretch: Range<Int>) -> [Double] {
            work[stretch].reduce(into: Array(repeating: 0, count: work.first?.count ?? 0)) { sums, second in
                for tenant in second.indices { sums[tenant] += second[tenant] }
            }
        }
    }

    package func run(_ order: Order) -> Result {
        var run = FairnessRun(self, order)
        return run.result()
    }
}
