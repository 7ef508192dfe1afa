import Kubernetes

/// The cluster, and who watches it.
struct StandInState: Sendable {
    var plane: ControlPlane
    var scheduler = StandInScheduler()
    var kubelet = StandInKubelet()
    var nodeController = StandInNodeController()
    private var watches: [ObjectIdentifier: (watch: StandInWatch, connection: Connection)] = [:]
    private(set) var connections: [ObjectIdentifier: Connection] = [:]
    var fault: (@Sendable (StandInRequest) -> StandInFault?)?
    private(set) var requestCount = 0

    init(_ plane: ControlPlane) { self.plane = plane }

    mutating func open(_ connection: Connection) { connections[ObjectIdentifier(connection.channel)] = connection }

    mutating func close(_ connection: Connection) {
        connections[ObjectIdentifier(connection.channel)] = nil
        watches[ObjectIdentifier(connection.channel)] = nil
    }

    var watchCount: Int { watches.count }

    /// Does what a request asks, and tells the watches.
    mutating func serve(_ request: StandInRequest, on connection: Connection) {
        requestCount += 1
        switch fault?(request) {
        case .refuse(let code, let seconds):
            var refusal = Refusal(code, code == 429 ? "TooManyRequests" : "ServiceUnavailable", "not now")
            refusal.retryAfterSeconds = seconds
            return connection.send(StandInAnswer(refusal))
        case .cut: return connection.cut()
        case .hang: return
        case .loseAnswer:
            plane.answer(request)
            tellWatches()
            return connection.cut()
        case nil: break
        }
        switch plane.outcome(of: request) {
        case .answer(let answer):
            // A client that has its answer may rely on the watches being told before anything else happens.
            tellWatches()
            connection.send(answer)
        case .watch(let watch):
            connection.beginStream()
            watches[ObjectIdentifier(connection.channel)] = (watch, connection)
            tellWatches()
        }
    }

    /// Writes to each watch what it has not told yet.
    mutating func tellWatches() {
        for (id, entry) in watches {
            var watch = entry.watch
            let (events, isOver) = watch.events(from: plane)
            if !events.isEmpty { entry.connection.stream(events) }
            watches[id] = isOver ? nil : (watch, entry.connection)
            if isOver { entry.connection.endStream() }
        }
    }

    /// Lets the cluster's programs work until none of them has anything to do at this moment.
    mutating func settle() {
        // Each turn ends with what the watches are told, so that they see the steps between.
        while true {
            let hasRun = kubelet.step(&plane)
            let hasJudged = nodeController.step(&plane)
            let hasPlaced = scheduler.step(&plane)
            tellWatches()
            if !hasRun, !hasJudged, !hasPlaced { return }
        }
    }

    /// When one of them has something to do next, if nothing happens before.
    var nextDue: Timestamp? { [kubelet.nextDue, nodeController.nextDue].compactMap(\.self).min() }

    mutating func cutAll() {
        for connection in connections.values { connection.cut() }
        watches = [:]
    }
}
