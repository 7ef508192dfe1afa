import CoreMetrics
import Logging
import OpenAI
import Routing
import Synchronization

/// Brings choices to workers: the one place that holds the queues and sends.
///
/// Decisions are `ModelTraffic`'s, made under a lock; what they ask for is done after it is released.
final class Dispatcher: Sendable {
    private let members: FleetMembers
    private let configuration: FleetConfiguration
    /// A monotonic clock in seconds.
    let now: @Sendable () -> Double
    private let logger: Logger
    private let metrics: FleetMetrics
    let record = TrafficRecord()
    let state = Mutex(State())

    struct State {
        /// By model.
        var traffic: [String: ModelTraffic] = [:]
        /// Requests that wait or run, by id.
        var open: [String: FleetRequest] = [:]
    }

    /// - Parameter now: a monotonic clock in seconds.
    init(
        members: FleetMembers, configuration: FleetConfiguration, now: @escaping @Sendable () -> Double,
        metrics: any MetricsFactory, logger: Logger
    ) {
        self.members = members
        self.configuration = configuration
        self.now = now
        self.metrics = FleetMetrics(factory: metrics)
        self.logger = logger
    }

    private var nowMs: Int64 { Int64(now() * 1000) }

    // MARK: Requests

    /// When a request that comes now has waited long enough, by this gateway's clock.
    func latestStart(of request: GenerationRequest) -> Double {
        let seconds = Double(configuration.queueTimeoutMs) / 1000
        return now() + min(seconds, request.objectives.queueLimit ?? seconds)
    }

    /// Queues every choice of a request, or none.
    /// - Throws: 429 when the queue is full, or when the request could only start too late.
    func submit(_ request: FleetRequest) throws(APIError) {
        let model = request.request.model
        let nowMs = nowMs
        let refusal = state.withLock { state -> QueueRefusal? in
            do throws(QueueRefusal) {
                try state.traffic[model, default: newTraffic()].submit(
                    request, queueTimeoutMs: configuration.queueTimeoutMs, nowMs: nowMs)
                state.open[request.request.id] = request
                return nil
            } catch {
                return error
            }
        }
        if let refusal {
            metrics.refused(refusal.reason, model: model)
            record.refused(model, tokens: expectedTokens(of: request.request))
            throw APIError(refusal)
        }
        pump(model)
    }

    /// The reader of a request has gone, or one of its choices failed.
    func cancel(_ requestID: String) {
        let nowMs = nowMs
        let request = state.withLock { state -> FleetRequest? in
            guard let request = state.open.removeValue(forKey: requestID) else { return nil }
            for run in request.runs {
                state.traffic[request.request.model]?.cancel("\(requestID)#\(run.index)", nowMs: nowMs)
            }
            return request
        }
        for run in request?.runs ?? [] {
            run.cancel()
            record.change { $0.forget("\(requestID)#\(run.index)") }
        }
    }

    /// Where a request is that has not ended.
    func standing(of requestID: String, tenant: String) -> RequestStanding? {
        let nowMs = nowMs
        return state.withLock { state in
            let found =
                state.open[requestID]
                ?? state.open.values.first { $0.request.requestID == requestID && $0.request.tenant == tenant }
            guard let request = found, request.request.tenant == tenant else { return nil }
            var standing = RequestStanding(phase: .running)
            for run in request.runs {
                standing.moves += run.moves
                standing.tokens += run.numTokens
                let id = "\(request.request.id)#\(run.index)"
                guard let place = state.traffic[request.request.model]?.standing(of: id, nowMs: nowMs) else { continue }
                standing.phase = .queued
                standing.reason = place.reason
                standing.startsIn = place.startsInMs.map { Double($0) / 1000 }
            }
            return standing
        }
    }

    // MARK: Workers

    /// What members are to be watched with.
    var listener: MemberWatch.Listener {
        MemberWatch.Listener(
            arrived: { [self] member, description in arrived(member, description) },
            reported: { [self] member, report in reported(member, report) },
            left: { [self] member in left(member) })
    }

    private func arrived(_ member: FleetMember, _ description: RemoteDescription) {
        let time = now()
        let models = description.worker.models
        record.change { $0.arrived(member.name) }
        state.withLock { state in
            for model in models {
                state.traffic[model.card.id, default: newTraffic()].arrive(
                    member.index, description.worker, model, now: time)
            }
        }
    }

    private func reported(_ member: FleetMember, _ report: LoadReport) {
        let time = now()
        let known = member.known
        if report.isDraining { record.change { $0.drained(member.subject, now: time) } }
        state.withLock { state in
            for model in report.models {
                let limit = (known.model(model.load.model)?.kvTokens ?? 0) / PrefixChain.chunkTokens
                state.traffic[model.load.model]?.note(
                    model, of: member.index, isDraining: report.isDraining || known.isLeaving, limit: limit, now: time)
            }
        }
        for model in report.models { pump(model.load.model) }
    }

    private func left(_ member: FleetMember) {
        record.change { $0.left(member.subject, now: now()) }
        changeTraffic { $0.leave(member.index) }
    }

    /// A worker is given nothing new from now on.
    func drain(_ member: FleetMember) {
        record.change { $0.expectEnd(of: member.subject, now: now()) }
        changeTraffic { $0.drain(member.index) }
    }

    private func changeTraffic(_ change: (inout ModelTraffic) -> Void) {
        state.withLock { state in
            // A copy of the names: a view of them would have everything copied.
            for model in Array(state.traffic.keys) { change(&state.traffic[model, default: newTraffic()]) }
        }
    }

    // MARK: Sending

    /// Takes back what its worker says nothing of.
    func takeBackStalled() {
        let time = now()
        for member in members.all { member.abandonStalled(now: time) }
    }

    /// Tells the metrics what can only be looked up.
    func observe() {
        let present = members.all
        metrics.workers(present.map(\.known.condition))
        record.look(at: present, now: now())
        let all = state.withLock { $0.traffic.map { (model: $0, waiting: $1.numWaiting, quality: $1.quality) } }
        for (model, waiting, quality) in all {
            metrics.queued(waiting, model: model)
            for (kind, ttft, interToken) in quality {
                metrics.quality(ttft, of: "ttft", kind: kind, model: model)
                metrics.quality(interToken, of: "inter_token", kind: kind, model: model)
            }
        }
    }

    /// Sends what can be sent, and refuses what waited too long.
    func pumpAll() {
        for model in state.withLock({ $0.traffic.filter { $0.value.numWaiting > 0 }.map(\.key) }) { pump(model) }
    }

    private func pump(_ model: String) {
        while let action = state.withLock({ $0.traffic[model]?.next(now: now()) }) {
            switch action {
            case .dispatch(let choice, let dispatch):
                metrics.dispatched(dispatch.reason, model: model)
                send(choice, dispatch)
            case .refuse(let choice, let error):
                record.refused(model, tokens: choice.shape.expectedOutputTokens)
                choice.run.fail(error)
                cancel(choice.requestID)
            }
        }
    }

    private func send(_ choice: WaitingChoice, _ dispatch: Dispatch) {
        let member = members[dispatch.worker.index]
        let meter = member.meter(of: choice.model)
        let flight = Flight(
            dispatch, to: member, meter, context: choice.context, now: now,
            observer: Flight.Observer(
                firstToken: { [self] flight, seconds in
                    state.withLock { $0.traffic[choice.model]?.firstToken(flight.dispatch, after: seconds) }
                    record.change { $0.wentOn(choice.entry.id, now: now()) }
                },
                started: { [self] worker in
                    metrics.started(worker, model: choice.model)
                    if worker.began == .first { return meter.prompt(choice.shape.promptTokens) }
                    record.change { $0.replayed(choice.entry.id, tokens: worker.replayedTokens) }
                },
                ended: { [self] flight, result in landed(choice, flight, result) }))
        member.add(choice.run, flight)
        flight.begin(choice.run)
        // It may have been lost while this was sent.
        if !member.known.isThere { choice.run.leave(member) }
    }

    private func landed(_ choice: WaitingChoice, _ flight: Flight, _ result: Flight.Result) {
        flight.member.remove(flight)
        if case .moved(let failure) = result.end {
            noteMove(choice, flight, failure)
            record.moved(choice, from: flight.member, failure, now: now())
        } else {
            record.change { $0.forget(choice.entry.id) }
        }
        let (time, nowMs) = (now(), nowMs)
        let again = choice.again(nowMs: nowMs, queueTimeoutMs: configuration.queueTimeoutMs)
        state.withLock { state in
            state.traffic[choice.model]?.landed(choice, flight.dispatch, result, now: time)
            if case .moved = result.end, state.open[choice.requestID] != nil {
                if let again {
                    state.traffic[choice.model]?.putBack(begun: again)
                } else {
                    state.traffic[choice.model]?.putBack(unbegun: choice, nowMs: nowMs)
                }
            } else if state.open[choice.requestID]?.isOver == true {
                state.open[choice.requestID] = nil
            }
        }
        // The other choices of the request have no reader any more.
        if choice.run.hasFailed { cancel(choice.requestID) }
        pump(choice.model)
    }

    private func noteMove(_ choice: WaitingChoice, _ flight: Flight, _ failure: RemoteFailure) {
        metrics.moved(failure, model: choice.model)
        logger.debug(
            "choice moves",
            metadata: ["id": "\(choice.requestID)", "from": "\(flight.workerID)", "reason": "\(failure)"])
    }

    private func newTraffic() -> ModelTraffic {
        ModelTraffic(limits: configuration.queueLimits, randomness: SystemRandomNumberGenerator())
    }
}

extension APIError {
    fileprivate init(_ refusal: QueueRefusal) {
        switch refusal.reason {
        case .tooLate:
            self = .overloaded(retryAfterSeconds: refusal.retryAfterSeconds)
            message =
                "The request could not start before its time is up; try again in \(refusal.retryAfterSeconds) s."
        case .queueFull, .duplicate: self = .overloaded(retryAfterSeconds: refusal.retryAfterSeconds)
        case .tenantFull:
            self = .overloaded(retryAfterSeconds: refusal.retryAfterSeconds)
            message = "Too many of your requests wait; try again in \(refusal.retryAfterSeconds) s."
        }
    }
}
