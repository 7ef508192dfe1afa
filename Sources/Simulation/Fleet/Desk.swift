import Routing

/// What the gateway of a virtual fleet knows of one worker.
struct Desk {
    private struct Sent {
        let promptTokens: Int
        let uncachedTokens: Int
    }

    private struct Report {
        let load: WorkerPicture.Load
        let taken: Double
        let arrival: Double
        /// Requests that the worker had been sent by then.
        let sent: Int
        let computed: [Int]
    }

    private var known: WorkerPicture
    /// On their way, oldest first.
    private var reports: [Report] = []
    /// When the report behind `known` was taken.
    private var taken = 0.0
    /// Sent after that report was taken, oldest first, and how many were sent before.
    private var sent: [Sent] = []
    private var reportedSent = 0
    var inFlight = 0
    /// Requests whose prompts the worker has computed since it reported last.
    var computed: [Int] = []
    private(set) var lastReport = -Double.infinity

    /// - Parameters:
    ///   - place: among the workers; fewer than `WorkerKey.limit`.
    ///   - kind: the number of its kind.
    init(place: Int, kind: Int, _ device: DeviceProfile) {
        guard let key = WorkerKey(place), let kind = WorkerKind(kind) else {
            preconditionFailure("a fleet has fewer than \(WorkerKey.limit) workers")
        }
        known = WorkerPicture(
            key: key, kind: kind,
            capacity: .init(
                maximumSequences: device.maximumSequences, maximumWaiting: device.maximumWaiting,
                kvTokens: min(device.kvTokens, device.contextTokens)))
    }

    func picture(now: Double) -> WorkerPicture {
        var picture = known
        picture.load.age = max(now - taken, 0)
        picture.inFlight = inFlight
        picture.dispatched = sent.reduce(into: WorkerPicture.Dispatched()) { sum, request in
            sum.sequences += 1
            sum.promptTokens += request.promptTokens
            sum.uncachedTokens += request.uncachedTokens
        }
        return picture
    }

    mutating func send(_ request: TraceRequest, matchedTokens: Int) {
        inFlight += 1
        let uncached = max(request.promptTokens - matchedTokens, 1)
        sent.append(Sent(promptTokens: request.promptTokens, uncachedTokens: uncached))
    }

    /// The worker reports; the gateway has it at `arrival`.
    mutating func report(_ load: WorkerPicture.Load, now: Double, arrival: Double) {
        let all = reportedSent + sent.count
        reports.append(Report(load: load, taken: now, arrival: arrival, sent: all, computed: computed))
        computed = []
        lastReport = now
    }

    /// Takes note of the reports that have arrived: returns the prompts that are new in them.
    mutating func receive(now: Double) -> [Int] {
        guard let first = reports.first, first.arrival <= now else { return [] }
        let arrived = reports.prefix { $0.arrival <= now }
        reports.removeFirst(arrived.count)
        if let last = arrived.last {
            known.load = last.load
            taken = last.taken
            sent.removeFirst(last.sent - reportedSent)
            reportedSent = last.sent
        }
        return arrived.flatMap { $0.computed }
    }
}
