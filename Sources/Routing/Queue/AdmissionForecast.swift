/// Predicts when a request that joins the queue now will start: the work that goes before it, over the rate at which
/// work is dispatched.
///
/// The rate is measured on a clock that runs only while something waits, since an idle queue tells nothing about the
/// workers. Work of higher tiers is expected to keep arriving as it did, and takes its part of the rate; within the
/// tier either all that arrives goes first, or all who wait now go on waiting, whichever is less. What comes later is
/// not known, so each forecast states its error, learned per tier from how wrong those before it were.
package struct AdmissionForecast: Sendable {
    package struct Parameters: Sendable, Equatable {
        /// How far back rates are measured.
        package var windowMs: Int64
        /// The rate to begin with, in work per second; nil: nothing is forecast before something was measured.
        package var declaredRate: Double?
        /// For how long a measurement must last to count as much as the declared rate.
        package var declaredWeightMs: Int64
        /// The error to begin with, as a share of the predicted wait; to it comes the longest time between two
        /// dispatches.
        package var relativeError: Double
        /// The share of requests that may start later than their forecast and its stated error.
        package var missShare: Double

        package init(
            windowMs: Int64 = 30_000, declaredRate: Double? = nil, declaredWeightMs: Int64 = 2_000,
            relativeError: Double = 0.25, missShare: Double = 0.01
        ) {
            self.windowMs = windowMs
            self.declaredRate = declaredRate.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
            self.declaredWeightMs = max(1, declaredWeightMs)
            self.relativeError = relativeError.isFinite ? max(0, relativeError) : 0
            self.missShare = missShare.isFinite ? min(max(0, missShare), 1) : 0
        }
    }

    /// Waits are forecast no longer than this: a week.
    package static let horizonMs: Int64 = 7 * 24 * 3_600_000
    private static let errorStep = 0.2
    private static let maximumError = 8.0

    private let parameters: Parameters
    private var service: WorkRate
    private var arrivals: [WorkRate]
    /// Stated error per tier, as a share of the predicted wait.
    private var errors: [Double]
    private var nowMs: Int64?

    package init(_ parameters: Parameters = Parameters()) {
        self.parameters = parameters
        service = WorkRate(windowMs: parameters.windowMs)
        arrivals = QueueTier.allCases.map { _ in WorkRate(windowMs: parameters.windowMs) }
        errors = QueueTier.allCases.map { _ in parameters.relativeError }
    }

    /// Lets time pass; to be called before each change of the queue, with whether anything waited since the last.
    package mutating func advance(toMs nowMs: Int64, waiting: Bool) {
        defer { self.nowMs = max(self.nowMs ?? nowMs, nowMs) }
        guard let last = self.nowMs, nowMs > last else { return }
        let (passed, overflow) = nowMs.subtractingReportingOverflow(last)
        guard !overflow else { return }
        if waiting { service.advance(byMs: passed) }
        for tier in arrivals.indices { arrivals[tier].advance(byMs: passed) }
    }

    /// Counts a request that joined the queue.
    package mutating func arrived(_ work: Int64, in tier: QueueTier) { arrivals[tier.rawValue].add(work) }

    /// Counts a request that a worker took after something had waited. One that ends a standstill as long as the
    /// window begins a new measurement: how fast workers are says nothing of how long they were away, or the reverse.
    package mutating func dispatched(_ work: Int64) {
        guard service.sinceWorkMs < parameters.windowMs else {
            service = WorkRate(windowMs: parameters.windowMs)
            return
        }
        service.add(work)
    }

    /// Learns from a request that left the queue after `waitedMs`: the stated error follows the quantile at which
    /// `missShare` start later, by a step up for each that does and a small one down for each that does not
    /// (stochastic approximation of a quantile, Robbins and Monro 1951).
    package mutating func left(after waitedMs: Int64, foreseen: Forecast, in tier: QueueTier) {
        let isMiss = waitedMs > foreseen.waitMs + foreseen.errorMs
        guard foreseen.waitMs > 0 || isMiss else { return }
        let step = Self.errorStep * (isMiss ? 1 - parameters.missShare : -parameters.missShare)
        errors[tier.rawValue] = min(max(0, errors[tier.rawValue] + step), Self.maximumError)
    }

    /// For how long nothing was dispatched while something waited.
    package var standstillMs: Int64 { service.sinceWorkMs }

    /// Work dispatched per second while something waits; nil when nothing is known, 0 when workers take nothing.
    package var workPerSecond: Double? {
        guard let declared = parameters.declaredRate else { return service.perSecond }
        let weight = Double(parameters.declaredWeightMs) / 1_000
        let trust = max(0, 1 - Double(service.seenMs) / Double(max(1, parameters.windowMs)))
        let seconds = Double(service.seenMs) / 1_000
        return (service.work + declared * weight * trust) / max(seconds + weight * trust, 0.001)
    }

    /// When a request of the tenant that joins the queue now would start; nil when no rate is known.
    package func forecast(tenant: String, tier: QueueTier, in queue: FairQueue, nowMs: Int64) -> Forecast? {
        guard let rate = workPerSecond else { return nil }
        let seconds = wait(tenant: tenant, tier: tier, in: queue, rate: rate)
        return forecast(waitSeconds: seconds, tier: tier, nowMs: nowMs)
    }

    /// When a request starts that waits for so much work, if nothing goes first that arrives later.
    package func forecast(workAhead: Int64, tier: QueueTier, nowMs: Int64) -> Forecast? {
        workPerSecond.map { forecast(waitSeconds: Double(max(0, workAhead)) / $0, tier: tier, nowMs: nowMs) }
    }

    private func forecast(waitSeconds: Double, tier: QueueTier, nowMs: Int64) -> Forecast {
        let horizon = Double(Self.horizonMs)
        let waitMs = waitSeconds.isNaN ? 0 : Self.roundedUp(min(horizon, waitSeconds * 1_000))
        let gapMs = Double(service.longestGapMs)
        let error = min(horizon, (Double(waitMs) + gapMs) * errors[tier.rawValue] + gapMs)
        return Forecast(nowMs: nowMs, waitMs: waitMs, errorMs: Self.roundedUp(error))
    }

    private func wait(tenant: String, tier: QueueTier, in queue: FairQueue, rate: Double) -> Double {
        let oneIn = Double(queue.parameters.trickleOneIn)
        let higher = QueueTier.allCases.prefix { $0 < tier }
        let lower = QueueTier.allCases.filter { $0 > tier && queue.waiting(in: $0).requests > 0 }.count
        let trickled = oneIn > 0 ? Double(lower) / oneIn : 0
        let arriving = higher.reduce(0) { $0 + (arrivals[$1.rawValue].perSecond ?? 0) }
        let left = rate / (1 + trickled) - arriving
        let before = Double(higher.reduce(0) { $0 + queue.waiting(in: $1).work })
        let ahead = Double(queue.workAhead(ofNewRequestBy: tenant, in: tier))
        let busy = Double(queue.workAhead(ofNewRequestBy: tenant, in: tier, busy: true))
        let own = arrivals[tier.rawValue].perSecond ?? 0
        let strict = min(Self.seconds(before + busy, at: left), Self.seconds(before + ahead, at: left - own))
        guard oneIn > 0, before > 0 || arriving > 0 else { return strict }
        return min(strict, Self.seconds(Double(queue.trickleDebt(of: tier)) + ahead * oneIn, at: rate))
    }

    /// Of a number that fits; spelled out, because `rounded` needs the C library's mathematics.
    private static func roundedUp(_ value: Double) -> Int64 {
        let whole = Int64(value)
        return Double(whole) < value ? whole + 1 : whole
    }

    private static func seconds(_ work: Double, at rate: Double) -> Double {
        work <= 0 ? 0 : rate > 0 ? work / rate : .infinity
    }
}
