import OpenAI
import Routing
import Synchronization

/// What a gateway remembers of its traffic, for those who decide how large the fleet is.
final class TrafficRecord: Sendable {
    private struct State {
        var rates = TrafficRates()
        var departures = DepartureBook()
    }

    private let state = Mutex(State())

    // MARK: What happens

    /// Looks at the meters of all workers: about once a second.
    func look(at members: [FleetMember], now: Double) {
        let readings = members.flatMap(\.readings)
        state.withLock { $0.rates.look(readings, nowMs: Int64(now * 1000)) }
    }

    /// An answer of which so many tokens were expected was turned away.
    func refused(_ model: String, tokens: Double) { state.withLock { $0.rates.refuse(model, tokens: tokens) } }

    func change(_ body: (inout DepartureBook) -> Void) { state.withLock { body(&$0.departures) } }

    /// A worker did not finish an answer.
    func moved(_ choice: WaitingChoice, from member: FleetMember, _ failure: RemoteFailure, now: Double) {
        guard choice.run.isStarted, let isReported = failure.tellsEnd else { return }
        change { $0.moved(choice.entry.id, from: member.subject, isReported: isReported, now: now) }
    }

    // MARK: What is told

    func departures(now: Double) -> [FleetReport.Departure] { state.withLock { $0.departures.departures(now: now) } }

    /// The rates of all models of which there are some.
    var models: [FleetReport.Model] {
        state.withLock { state in state.rates.modelNames.map { state.rates.model($0) } }
    }

    func worker(_ member: FleetMember) -> FleetReport.Worker {
        let models = member.known.description?.worker.models.map(\.card.id) ?? []
        var report = FleetReport.Worker(
            name: member.name, url: member.place.url, kind: member.known.description?.worker.kind ?? "", models: models)
        (report.streams, report.liveTokens) = member.work
        state.withLock { state in
            for model in models {
                let rate = state.rates.worker(TrafficRates.Key(member: ObjectIdentifier(member), model: model))
                report.tokensPerSecond += rate.tokensPerSecond
                report.isFull = report.isFull || rate.isFull
            }
        }
        return report
    }
}

extension RemoteFailure {
    /// Whether a worker that fails like this goes and says so, or is gone; nil: it stays.
    fileprivate var tellsEnd: Bool? {
        switch self {
        case .draining: true
        case .lost: false
        case .refused, .busy, .broken, .cancelled: nil
        }
    }
}

extension FleetMember {
    var subject: DepartureBook.Subject { DepartureBook.Subject(name: name, url: place.url) }

    /// Its meters, as they stand.
    fileprivate var readings: [TrafficRates.Reading] {
        let known = known
        return meterCounts.map { model, count in
            TrafficRates.Reading(
                key: TrafficRates.Key(member: ObjectIdentifier(self), model: model), count: count,
                isFull: known.isFull(model))
        }
    }
}

extension MemberState {
    /// Whether it has no room for more of a model, by its own word.
    fileprivate func isFull(_ id: String) -> Bool {
        guard let load = loads[id], let model = model(id) else { return false }
        return load.waiting > 0 || (model.maximumSequences > 0 && load.running >= model.maximumSequences)
    }
}
