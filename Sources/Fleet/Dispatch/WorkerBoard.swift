import OpenAI
import Routing

/// What one gateway knows of the workers of one model: their pictures for the router. Pure; times are seconds.
struct WorkerBoard: Sendable {
    private struct Place: Sendable {
        var picture: WorkerPicture
        /// Prompt and answer together, at most.
        var contextTokens: Int
        var reported: Double
        /// It is given nothing before this time, whatever it reports.
        var shunnedUntil = 0.0
        /// What was sent lately and reports may not show yet, oldest first.
        var sent: [Sent] = []
    }

    private struct Sent: Sendable {
        var id: String
        var time: Double
        var promptTokens: Int
        var uncachedTokens: Int
    }

    /// By the member's index; nil: it does not serve the model.
    private var places: [Place?] = []
    private(set) var kinds: [String: WorkerKind] = [:]

    /// A report shows what was sent this long before it came: it tells of the worker's last step.
    private static let lag = 0.05
    /// A worker that said it has no room is asked again by then: its reports tell when it has.
    private static let longestBusy = 0.2
    /// A worker that lied is left alone for so long.
    private static let brokenSeconds = 5.0

    /// The workers as the router sees them now.
    /// - Parameter tokens: what their context must hold.
    func pictures(now: Double, holding tokens: Int) -> [WorkerPicture] {
        places.compactMap { place in
            guard var picture = place?.picture, let place, picture.isReachable, place.shunnedUntil <= now,
                place.contextTokens >= tokens
            else { return nil }
            picture.load.age = max(0, now - place.reported)
            return picture
        }
    }

    /// The longest context of all workers, those included that are away.
    var largestContext: Int { places.reduce(0) { max($0, $1?.contextTokens ?? 0) } }

    /// Whether some worker, away or not, could hold the choice.
    func mayHold(_ choice: WaitingChoice) -> Bool {
        places.contains { place in
            guard let place, place.contextTokens >= choice.longestTokens else { return false }
            let cache = place.picture.capacity.kvTokens
            return cache == 0 || choice.shape.promptTokens < cache
        }
    }

    /// Whether any worker can be given requests.
    var isServing: Bool { places.contains { $0?.picture.isServing == true } }

    // MARK: Workers

    /// - Returns: the worker's key, and its kind if that was not known before.
    mutating func arrive(
        _ member: Int, kind: String, _ model: WorkerDescription.Model, now: Double
    ) -> (key: WorkerKey, newKind: WorkerKind?)? {
        guard let key = WorkerKey(member) else { return nil }
        let known = kinds[kind]
        // Beyond the limit the last kinds are one: predictions suffer, and each worker's own factor makes up for it.
        guard let workerKind = known ?? WorkerKind(min(kinds.count, WorkerKind.limit - 1)) else { return nil }
        if kinds.count < WorkerKind.limit { kinds[kind] = workerKind }
        while places.count <= member { places.append(nil) }
        let inFlight = places[member]?.picture.inFlight ?? 0
        let capacity = WorkerPicture.Capacity(
            maximumSequences: model.maximumSequences, maximumWaiting: model.maximumWaiting, kvTokens: model.kvTokens)
        // Not before its first report: until then nobody knows what others have sent it.
        places[member] = Place(
            picture: WorkerPicture(
                key: key, kind: workerKind, capacity: capacity, inFlight: inFlight, isReachable: false),
            contextTokens: model.card.contextLength, reported: now)
        return (key, known == nil ? workerKind : nil)
    }

    mutating func leave(_ member: Int) {
        guard places.indices.contains(member) else { return }
        places[member]?.picture.isReachable = false
        places[member]?.sent = []
        refresh(member)
    }

    /// It is given nothing new, whatever it reports next.
    mutating func drain(_ member: Int) {
        guard places.indices.contains(member) else { return }
        places[member]?.picture.isDraining = true
    }

    mutating func note(_ load: ModelLoad, of member: Int, isDraining: Bool, now: Double) {
        guard places.indices.contains(member), places[member] != nil else { return }
        places[member]?.picture.load = WorkerPicture.Load(
            running: load.running, waiting: load.waiting, kvUsage: load.kvUsage,
            pendingPrefillTokens: load.pendingPrefillTokens, contextTokens: load.contextTokens, steps: load.steps)
        places[member]?.picture.isDraining = isDraining
        places[member]?.picture.isReachable = true
        places[member]?.reported = now
        places[member]?.sent.removeAll { $0.time < now - Self.lag }
        refresh(member)
    }

    // MARK: What is sent

    /// - Parameter id: the choice's place in the queue.
    mutating func sent(_ id: String, _ request: RequestShape, _ dispatch: Dispatch, now: Double) {
        let member = dispatch.worker.index
        guard places.indices.contains(member), places[member] != nil else { return }
        places[member]?.sent.append(
            Sent(
                id: id, time: now, promptTokens: request.promptTokens,
                uncachedTokens: max(request.promptTokens - dispatch.matchedTokens, 1)))
        places[member]?.picture.inFlight += 1
        refresh(member)
    }

    /// A choice has left a worker, with a failure or without.
    mutating func landed(_ id: String, at member: Int, _ failure: RemoteFailure?, now: Double) {
        guard places.indices.contains(member), let place = places[member] else { return }
        places[member]?.picture.inFlight = max(0, place.picture.inFlight - 1)
        places[member]?.sent.removeAll { $0.id == id }
        refresh(member)
        switch failure {
        case nil, .refused, .cancelled: break
        // Until it reports again.
        case .lost, .draining: places[member]?.picture.isReachable = false
        case .busy(let seconds): places[member]?.shunnedUntil = now + min(Double(seconds), Self.longestBusy)
        case .broken: places[member]?.shunnedUntil = now + Self.brokenSeconds
        }
    }

    private mutating func refresh(_ member: Int) {
        guard let sent = places[member]?.sent else { return }
        places[member]?.picture.dispatched = WorkerPicture.Dispatched(
            sequences: sent.count, promptTokens: sent.reduce(0) { $0 + $1.promptTokens },
            uncachedTokens: sent.reduce(0) { $0 + $1.uncachedTokens })
    }
}
