import Routing

/// Workers and a gateway under a clock of their own: requests arrive, are routed, share steps and end, as fast as
/// they can be computed. The same trace, devices and gateway give the same outcomes.
package struct VirtualFleet {
    /// How a fleet is run.
    package struct Options: Sendable {
        /// Tokens of a KV block. As long as the blocks of a trace: finer ones find nothing more.
        package var blockTokens = TraceRequest.blockTokens
        /// Seconds between two reports of a worker on which something changes.
        package var reportInterval = 0.05
        /// Seconds that a report takes to the gateway.
        package var reportDelay = 0.002
        /// Workers whose speed changes.
        package var speedChanges: [SpeedChange] = []

        package init() {}
    }

    /// From `time` on, the worker's device is so fast, compared to what it declares.
    package struct SpeedChange: Sendable {
        package var time: Double
        package var worker: Int
        package var speed: Double

        package init(time: Double, worker: Int, speed: Double) {
            self.time = time
            self.worker = worker
            self.speed = speed
        }
    }

    private enum Event {
        case arrival(Int)
        case stepBegin(worker: Int)
        case stepEnd(worker: Int)
        /// An idle worker owes a report.
        case report(worker: Int)
        /// A report may have changed what the queue waits for.
        case wake
        /// The place of a change in the options.
        case speed(Int)
    }

    private let options: Options
    private var workers: [VirtualWorker]
    private var desks: [Desk]
    private var trace = Trace([])
    private var events = EventQueue<Event>()
    private var outcomes: [RequestOutcome] = []
    private var queue: [Int] = []
    private var now = 0.0

    /// - Parameter devices: those of equal names are of one kind.
    package init(devices: [DeviceProfile], options: Options = Options()) {
        self.options = options
        workers = devices.map { VirtualWorker(profile: $0, blockTokens: options.blockTokens) }
        let kinds = Self.kinds(of: devices).map(\.name)
        desks = devices.enumerated().map { place, device in
            Desk(place: place, kind: kinds.firstIndex(of: device.name) ?? 0, device)
        }
    }

    /// One device of each kind, in the order of their numbers.
    static func kinds(of devices: [DeviceProfile]) -> [DeviceProfile] {
        devices.reduce(into: []) { kinds, device in
            if !kinds.contains(where: { $0.name == device.name }) { kinds.append(device) }
        }
    }

    /// Runs a trace to its end.
    ///
    /// - Returns: the requests' outcomes, in the order of the trace.
    package mutating func run(_ trace: Trace, through gateway: inout some VirtualGateway) -> [RequestOutcome] {
        self.trace = trace
        outcomes = trace.requests.map { RequestOutcome(promptTokens: $0.promptTokens, arrival: $0.arrival) }
        for request in trace.requests { events.schedule(.arrival(request.number), at: request.arrival) }
        for (place, change) in options.speedChanges.enumerated() { events.schedule(.speed(place), at: change.time) }
        while let (time, event) = events.next() {
            now = time
            handle(event, &gateway)
        }
        return outcomes
    }

    private mutating func handle(_ event: Event, _ gateway: inout some VirtualGateway) {
        switch event {
        case .arrival(let number):
            guard fits(trace.requests[number]) else { return }
            queue.append(number)
            if queue.count == 1 { drainQueue(&gateway) }
        case .stepBegin(let worker): beginStep(worker)
        case .stepEnd(let worker): endStep(worker, &gateway)
        case .report(let worker): report(worker)
        case .wake: drainQueue(&gateway)
        case .speed(let place):
            let change = options.speedChanges[place]
            workers[change.worker].speed = change.speed
        }
    }

    private func fits(_ request: TraceRequest) -> Bool { workers.contains { request.promptTokens < $0.capacity } }

    // MARK: Routing

    /// Sends the head of the queue away until it has to wait: first come, first served.
    private mutating func drainQueue(_ gateway: inout some VirtualGateway) {
        guard !queue.isEmpty else { return }
        readReports(&gateway)
        while let number = queue.first {
            let request = trace.requests[number]
            let pictures = desks.map { $0.picture(now: now) }
            guard let dispatch = gateway.route(request, now: now, pictures: pictures), canTake(request, dispatch)
            else { return }
            queue.removeFirst()
            send(request, dispatch)
        }
    }

    private func canTake(_ request: TraceRequest, _ dispatch: VirtualDispatch) -> Bool {
        let worker = workers[dispatch.worker]
        return worker.hasRoom && request.promptTokens < worker.capacity
    }

    private mutating func send(_ request: TraceRequest, _ dispatch: VirtualDispatch) {
        let worker = dispatch.worker
        outcomes[request.number].worker = worker
        outcomes[request.number].dispatch = now
        desks[worker].send(request, matchedTokens: dispatch.matchedTokens)
        workers[worker].add(request, priority: 0)
        // What arrives at the same moment takes part in the same step.
        if !workers[worker].isStepping { events.schedule(.stepBegin(worker: worker), at: now) }
    }

    // MARK: Steps

    private mutating func beginStep(_ worker: Int) {
        guard !workers[worker].isStepping, let seconds = workers[worker].begin() else { return }
        events.schedule(.stepEnd(worker: worker), at: now + seconds)
    }

    private mutating func endStep(_ worker: Int, _ gateway: inout some VirtualGateway) {
        var isFreed = false
        for progress in workers[worker].end() {
            note(progress)
            guard progress.isFirst || progress.isLast else { continue }
            let request = trace.requests[progress.request]
            if progress.isFirst {
                desks[worker].computed.append(progress.request)
                gateway.firstToken(request, from: worker, ttft: now - outcomes[progress.request].dispatch)
            }
            guard progress.isLast else { continue }
            desks[worker].inFlight -= 1
            isFreed = true
            gateway.finished(request, at: worker, interToken: outcomes[progress.request].interToken)
        }
        if isFreed { drainQueue(&gateway) }
        beginStep(worker)
        reportIfDue(worker)
    }

    private mutating func note(_ progress: VirtualWorker.Progress) {
        let place = progress.request
        if progress.isFirst {
            outcomes[place].first = now
            outcomes[place].cachedTokens = progress.cachedTokens
        } else {
            outcomes[place].longestGap = max(outcomes[place].longestGap, now - outcomes[place].last)
        }
        outcomes[place].last = now
        outcomes[place].outputTokens += 1
    }

    // MARK: Reports

    /// A worker reports when it has ended a step, as long as that is not too often.
    private mutating func reportIfDue(_ worker: Int) {
        let due = desks[worker].lastReport + options.reportInterval
        if now >= due {
            report(worker)
        } else if !workers[worker].isStepping {
            events.schedule(.report(worker: worker), at: due)
        }
    }

    private mutating func report(_ worker: Int) {
        desks[worker].report(workers[worker].load, now: now, arrival: now + options.reportDelay)
        if !queue.isEmpty { events.schedule(.wake, at: now + options.reportDelay) }
    }

    /// The gateway takes note of the reports that have come.
    private mutating func readReports(_ gateway: inout some VirtualGateway) {
        for worker in desks.indices {
            let computed = desks[worker].receive(now: now)
            if !computed.isEmpty { gateway.reported(worker, computed: computed.map { trace.requests[$0] }) }
        }
    }
}
