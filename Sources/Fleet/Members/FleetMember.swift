import OpenAI
import Synchronization

/// A worker of the fleet: the way to it, and what is known of it.
final class FleetMember: Sendable {
    /// Its place in the list of workers; another's once it is gone.
    let index: Int
    /// What it is found under by those who tell that it comes and goes.
    let name: String
    let place: WorkerPlace
    let remote: any RemoteWorker
    private let state = Mutex(MemberState())
    private let meters = Mutex<[String: TokenMeter]>([:])
    private let flights = Mutex<[ObjectIdentifier: (run: ChoiceRun, flight: Flight)]>([:])

    init(index: Int, name: String, place: WorkerPlace, remote: any RemoteWorker) {
        self.index = index
        self.name = name
        self.place = place
        self.remote = remote
    }

    /// What usage is recorded under: the worker's own name, which changes when it is started again.
    var id: String { state.withLock { $0.description?.worker.id } ?? place.url }

    var pool: String { place.pool }

    var known: MemberState { state.withLock { $0 } }

    func change<Value: Sendable>(_ body: (inout MemberState) -> Value) -> Value { state.withLock { body(&$0) } }

    // MARK: What runs on it

    func add(_ run: ChoiceRun, _ flight: Flight) { flights.withLock { $0[ObjectIdentifier(flight)] = (run, flight) } }

    func remove(_ flight: Flight) { flights.withLock { $0[ObjectIdentifier(flight)] = nil } }

    /// Counts the tokens of a model that come from it.
    func meter(of model: String) -> TokenMeter {
        meters.withLock { meters in
            if let known = meters[model] { return known }
            let meter = TokenMeter()
            meters[model] = meter
            return meter
        }
    }

    var meterCounts: [(model: String, count: TokenMeter.Count)] {
        meters.withLock { $0.map { ($0.key, $0.value.count) } }
    }

    /// The answers that run on it, and the tokens of their prompts and of themselves so far.
    var work: (streams: Int, tokens: Int) {
        let runs = flights.withLock { $0.values.map(\.run) }
        return (runs.count, runs.reduce(0) { $0.saturatingSum($1.contextTokens) })
    }

    var hasFlights: Bool { flights.withLock { !$0.isEmpty } }

    /// Takes everything away from it: it is lost.
    func abandon() {
        for (run, _) in flights.withLock({ Array($0.values) }) { run.leave(self) }
    }

    /// Takes away from it what it has said nothing of for too long.
    func abandonStalled(now: Double) {
        let stalled = flights.withLock { $0.values.filter { $0.flight.isStalled(now: now) } }
        for (run, _) in stalled { run.leave(self) }
    }
}
