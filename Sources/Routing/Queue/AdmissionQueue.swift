/// The gateway's queue for one model: a `FairQueue` that lets in only what it can hold and what can start in time.
///
/// A pure value for one owner (an actor): ask `next` whenever a worker has room, and `nextExpired` at
/// `earliestDeadlineMs`. Times are milliseconds of one clock that never steps back.
package struct AdmissionQueue: Sendable {
    package let limits: QueueLimits
    private var queue: FairQueue
    private var forecast: AdmissionForecast
    /// What was foretold of the waiting requests.
    private var forecasts: [String: Forecast] = [:]
    /// Since when something has waited without a break.
    private var waitingSinceMs: Int64?

    package init(
        _ parameters: FairQueue.Parameters = FairQueue.Parameters(), limits: QueueLimits = QueueLimits(),
        forecast: AdmissionForecast.Parameters = AdmissionForecast.Parameters()
    ) {
        self.limits = limits
        queue = FairQueue(parameters)
        self.forecast = AdmissionForecast(forecast)
    }

    package var count: Int { queue.count }
    package var isEmpty: Bool { queue.isEmpty }
    package var earliestDeadlineMs: Int64? { queue.earliestDeadlineMs }
    /// The request that `next` would dispatch if none has expired: to look whether a worker has room for it.
    package var head: QueueEntry? { queue.head }
    package var workPerSecond: Double? { forecast.workPerSecond }
    package func waiting(in tier: QueueTier) -> QueueStanding.Share { queue.waiting(in: tier) }
    package func waiting(of tenant: String) -> QueueStanding.Share { queue.waiting(of: tenant) }
    package func entry(_ id: String) -> QueueEntry? { queue.entry(id) }

    /// Lets a request in, or says why not and when to come back.
    /// - Returns: when it is expected to start; nil when no rate is known yet.
    @discardableResult
    package mutating func submit(_ entry: QueueEntry, nowMs: Int64) throws(QueueRefusal) -> Forecast? {
        pass(to: nowMs)
        guard !queue.contains(entry.id) else { throw QueueRefusal(.duplicate, afterMs: 1_000) }
        if let (reason, excess) = limits.overflow(
            adding: entry.work, to: queue.waiting(in: entry.tier), of: queue.waiting(of: entry.tenant))
        {
            throw refusal(reason, of: entry, excess: excess, nowMs: nowMs)
        }
        let start = forecast.forecast(tenant: entry.tenant, tier: entry.tier, in: queue, nowMs: nowMs)
        if let start, start.waitMs > 0, start.latestStartMs > entry.deadlineMs {
            throw QueueRefusal(.tooLate, afterMs: excessMs(of: start, over: entry.deadlineMs), forecast: start)
        }
        queue.enqueue(entry)
        forecasts[entry.id] = start
        forecast.arrived(entry.work, in: entry.tier)
        noteWaiting(at: nowMs)
        return start
    }

    /// The next request to leave: see `FairQueue.next`.
    package mutating func next(nowMs: Int64) -> QueueDeparture? {
        pass(to: nowMs)
        let departure = queue.next(nowMs: nowMs)
        // Rooms that were free before anything waited say nothing of how fast rooms come free.
        if case .dispatched(let entry) = departure, let since = waitingSinceMs, since < nowMs {
            forecast.dispatched(entry.work)
        }
        learn(from: departure, nowMs: nowMs)
        noteWaiting(at: nowMs)
        return departure
    }

    /// The next request whose deadline has come: see `FairQueue.nextExpired`.
    package mutating func nextExpired(nowMs: Int64) -> QueueDeparture? {
        pass(to: nowMs)
        let departure = queue.nextExpired(nowMs: nowMs)
        learn(from: departure, nowMs: nowMs)
        noteWaiting(at: nowMs)
        return departure
    }

    /// Takes a waiting request out, uncharged.
    @discardableResult
    package mutating func cancel(_ id: String, nowMs: Int64) -> QueueEntry? {
        pass(to: nowMs)
        defer { noteWaiting(at: nowMs) }
        forecasts[id] = nil
        return queue.cancel(id)
    }

    /// Puts a dispatched request back at the front of its tenant's, past all limits: see `FairQueue.putBack`.
    @discardableResult
    package mutating func putBack(_ entry: QueueEntry, nowMs: Int64) -> Bool {
        pass(to: nowMs)
        defer { noteWaiting(at: nowMs) }
        return queue.putBack(entry)
    }

    /// Corrects what a dispatched request was charged: `delta` = its real work − `work`, as soon as it is known.
    package mutating func charge(_ tenant: String, in tier: QueueTier, _ delta: Int64) {
        queue.charge(tenant, in: tier, delta)
    }

    /// What a waiting request waits for, and when it is expected to start if nothing comes that goes first.
    package func position(of id: String, nowMs: Int64) -> (standing: QueueStanding, start: Forecast?)? {
        queue.position(of: id).map { ($0, forecast.forecast(workAhead: $0.workAhead, tier: $0.tier, nowMs: nowMs)) }
    }

    private mutating func pass(to nowMs: Int64) { forecast.advance(toMs: nowMs, waiting: !queue.isEmpty) }

    private mutating func noteWaiting(at nowMs: Int64) {
        waitingSinceMs = queue.isEmpty ? nil : waitingSinceMs ?? nowMs
    }

    private mutating func learn(from departure: QueueDeparture?, nowMs: Int64) {
        let entry: QueueEntry
        switch departure {
        case .dispatched(let dispatched): entry = dispatched
        case .expired(let expired, _): entry = expired
        case nil: return
        }
        guard let foreseen = forecasts.removeValue(forKey: entry.id) else { return }
        let (waitedMs, overflow) = nowMs.subtractingReportingOverflow(foreseen.nowMs)
        forecast.left(after: overflow ? .max : waitedMs, foreseen: foreseen, in: entry.tier)
    }

    /// When the queue has drained so far that a request with as much time would be let in. Of a standstill nobody
    /// knows the end: as long again as it has lasted is the best guess.
    private func excessMs(of start: Forecast, over deadlineMs: Int64) -> Int64 {
        guard workPerSecond != 0 else { return forecast.standstillMs }
        let (late, overflow) = start.latestStartMs.subtractingReportingOverflow(max(deadlineMs, start.nowMs))
        guard !overflow else { return .max }
        return Int64(Double(late) * Double(start.waitMs) / Double(max(1, start.waitMs + start.errorMs)))
    }

    /// A tenant's requests go at the pace of its turns, the tier's at that of all.
    private func refusal(
        _ reason: QueueRefusal.Reason, of entry: QueueEntry, excess: Int64, nowMs: Int64
    ) -> QueueRefusal {
        let own = forecast.forecast(tenant: entry.tenant, tier: entry.tier, in: queue, nowMs: nowMs)
        guard let own else { return QueueRefusal(reason, afterMs: 1_000) }
        guard workPerSecond != 0 else { return QueueRefusal(reason, afterMs: forecast.standstillMs, forecast: own) }
        if reason == .tenantFull {
            let part = min(1, Double(excess) / Double(max(1, queue.waiting(of: entry.tenant).work)))
            return QueueRefusal(reason, afterMs: Int64(Double(own.waitMs) * part), forecast: own)
        }
        let before = QueueTier.allCases.filter { $0 < entry.tier }.reduce(excess) { $0 + queue.waiting(in: $1).work }
        let drained = forecast.forecast(workAhead: before, tier: entry.tier, nowMs: nowMs)
        return QueueRefusal(reason, afterMs: drained?.waitMs ?? 1_000, forecast: own)
    }
}
