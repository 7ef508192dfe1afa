import OpenAI

/// What the gateway knows of a worker. Pure: it is told the time.
struct MemberState: Sendable {
    enum Condition: Sendable, Equatable {
        /// Not reached yet, or not any more.
        case away(reason: String)
        case ready
        /// Takes nothing new.
        case draining
    }

    private(set) var condition = Condition.away(reason: "it has not been asked yet")
    /// It is known to go: whatever it says, it is given nothing new.
    private(set) var isLeaving = false
    private(set) var description: RemoteDescription?
    /// By model, as of the last report.
    private(set) var loads: [String: ModelLoad] = [:]
    /// When the last report came; seconds.
    private(set) var reported = 0.0
    /// By model: the last number of steps, and since when it has not moved although sequences run.
    private var steps: [String: (count: Int, since: Double)] = [:]

    var isReady: Bool { condition == .ready }

    /// Whether it is there, if only to finish what it has.
    var isThere: Bool {
        switch condition {
        case .away: false
        case .ready, .draining: true
        }
    }

    mutating func arrive(_ description: RemoteDescription, now: Double) {
        self.description = description
        condition = isLeaving ? .draining : .ready
        reported = now
        loads = [:]
        steps = [:]
    }

    /// The gateway itself did not listen; its workers are not to blame.
    mutating func excuse(now: Double) { reported = max(reported, now) }

    mutating func leave(reason: String) {
        condition = .away(reason: reason)
        loads = [:]
    }

    /// It will go soon.
    mutating func expectEnd() {
        isLeaving = true
        if isReady { condition = .draining }
    }

    mutating func note(_ report: LoadReport, now: Double) {
        guard isThere else { return }
        condition = report.isDraining || isLeaving ? .draining : .ready
        reported = now
        for model in report.models where serves(model.load.model) { note(model.load, now: now) }
    }

    private mutating func note(_ load: ModelLoad, now: Double) {
        loads[load.model] = load
        if let known = steps[load.model], known.count == load.steps, load.running > 0 { return }
        steps[load.model] = (load.steps, now)
    }

    /// Why it must be taken for lost; nil while it lives.
    func complaint(now: Double, limits: MemberLimits) -> String? {
        guard isThere else { return nil }
        if now - reported > limits.silence { return "it said nothing for \(limits.silence) s" }
        // An engine that does not say how many steps it made cannot be seen to stand still.
        let isStuck =
            description?.streamsLoad == true
            && steps.contains { model, last in
                (loads[model]?.running ?? 0) > 0 && now - last.since > limits.standstill
            }
        return isStuck ? "its engine did not finish a step for \(limits.standstill) s" : nil
    }
}

/// When a worker that lives is taken for lost, and how it is asked again.
package struct MemberLimits: Sendable, Equatable {
    /// Seconds without a report.
    package var silence = 1.5
    /// Seconds without a step although sequences run.
    package var standstill = 30.0
    /// Seconds until a worker that cannot be reached is asked again, at first; doubled each time.
    package var firstRetry = 0.05
    /// The longest of these waits.
    package var longestRetry = 2.0

    package init() {}
}
