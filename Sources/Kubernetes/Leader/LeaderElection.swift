/// Decides who leads, by one lease that all contenders see. It knows no network and no time of day.
///
/// Whether a lease has run out is judged by how long we have seen it unchanged on our own clock, never by the times
/// that it holds: clocks differ and are set. Who leads stops before the others may take over.
package struct LeaderElection: Sendable {
    package struct Terms: Sendable, Equatable {
        /// How long a lease holds after each renewal, in whole seconds.
        package var durationSeconds = 15
        /// Who has not renewed for this long leads no more.
        package var renewWithin: Duration = .seconds(10)
        package var retry: Duration = .seconds(2)

        package init() {}
    }

    package enum Action: Sendable, Equatable {
        case create
        /// Nobody has it, or who has it is silent for too long. Only in this state of it.
        case take(resourceVersion: String, transitions: Int)
        /// It is ours. Only in this state of it.
        case renew(resourceVersion: String)
        case wait
    }

    /// What a holder changes when it renews.
    private struct Record: Equatable {
        let uid: String
        let holder: String
        let renewed: Timestamp?
        let transitions: Int
    }

    /// Another's word on how long its lease holds is not taken beyond this.
    private static let maximumSeconds = 600

    package let identity: String
    package let terms: Terms
    private var seen: (record: Record, at: Duration)?
    private var leadsUntil: Duration?

    /// - Parameter identity: of this process alone.
    package init(identity: String, terms: Terms = Terms()) {
        self.identity = identity
        self.terms = terms
    }

    /// - Parameters:
    ///   - lease: nil when there is none.
    ///   - now: on a clock that never goes back.
    package mutating func decide(_ lease: Lease?, at now: Duration) -> Action {
        guard let lease else {
            (seen, leadsUntil) = (nil, nil)
            return .create
        }
        let record = Record(
            uid: lease.metadata.uid, holder: lease.holder, renewed: lease.renewed, transitions: lease.transitions)
        if seen?.record != record { seen = (record, now) }
        if lease.holder == identity { return .renew(resourceVersion: lease.metadata.resourceVersion) }
        leadsUntil = nil
        guard lease.holder.isEmpty || now - (seen?.at ?? now) >= duration(of: lease) else { return .wait }
        let (transitions, isTooLarge) = lease.transitions.addingReportingOverflow(1)
        return .take(
            resourceVersion: lease.metadata.resourceVersion, transitions: isTooLarge ? 0 : max(0, transitions))
    }

    private func duration(of lease: Lease) -> Duration {
        let seconds = lease.durationSeconds.flatMap { (1...Self.maximumSeconds).contains($0) ? $0 : nil }
        return .seconds(max(seconds ?? 0, terms.durationSeconds))
    }

    /// A lease of ours was written.
    ///
    /// - Parameter sent: when the request was sent: the lease holds from no later than that.
    package mutating func wrote(sentAt sent: Duration) { leadsUntil = sent + terms.renewWithin }

    /// Our lease was given back, or another has it.
    package mutating func lost() { leadsUntil = nil }

    /// Whether the lease is ours, and renewed lately enough.
    package func leads(at now: Duration) -> Bool { leadsUntil.map { now < $0 } ?? false }

    /// How long we lead without another renewal.
    package func remaining(at now: Duration) -> Duration { leadsUntil.map { max($0 - now, .zero) } ?? .zero }
}
