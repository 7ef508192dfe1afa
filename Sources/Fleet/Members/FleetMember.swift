import OpenAI
import Synchronization

/// A worker of the fleet: the way to it, and what is known of it.
final class FleetMember: Sendable {
    /// Its place in the list of workers.
    let index: Int
    let place: WorkerPlace
    let remote: any RemoteWorker
    private let state = Mutex(MemberState())
    private let runs = Mutex<[ObjectIdentifier: ChoiceRun]>([:])

    init(index: Int, place: WorkerPlace, remote: any RemoteWorker) {
        self.index = index
        self.place = place
        self.remote = remote
    }

    /// What usage is recorded under: the worker's own name, which changes when it is started again.
    var id: String { state.withLock { $0.description?.worker.id } ?? place.url }

    var pool: String { place.pool }

    var known: MemberState { state.withLock { $0 } }

    func change<Value: Sendable>(_ body: (inout MemberState) -> Value) -> Value { state.withLock { body(&$0) } }

    // MARK: What runs on it

    func add(_ run: ChoiceRun) { runs.withLock { $0[ObjectIdentifier(run)] = run } }

    func remove(_ run: ChoiceRun) { runs.withLock { $0[ObjectIdentifier(run)] = nil } }

    var numRunning: Int { runs.withLock { $0.count } }

    /// Takes everything away from it: it is lost.
    func abandon() {
        for run in runs.withLock({ Array($0.values) }) { run.leave(self) }
    }
}
