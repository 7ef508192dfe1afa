package import Harvest
import JSON
package import Kubernetes
package import Logging

/// Does what a plan has decided to start: workers, and the weights that they need.
package struct Starter: Sendable {
    let desk: PodDesk
    let settings: WorkerSettings
    let lane: CallLane
    let admissions: Admissions
    let events: EventPoster
    let time: TimeSource
    let log: Logger

    /// What has waited longer for its turn is left to the next plan: the cluster is another by then.
    static let patience: Duration = .seconds(4)

    package init(
        _ desk: PodDesk, _ settings: WorkerSettings, lane: CallLane, admissions: Admissions, events: EventPoster,
        time: TimeSource, log: Logger
    ) {
        self.desk = desk
        self.settings = settings
        self.lane = lane
        self.admissions = admissions
        self.events = events
        self.time = time
        self.log = log
    }

    /// Does them all, as many at a time as the lane is wide. Whatever comes of one does not stop another.
    package func perform(_ actions: [PlanAction], _ terms: PlanTerms) async {
        let began = time.monotonic()
        await withTaskGroup(of: Void.self) { group in
            for action in actions {
                group.addTask {
                    _ = await lane.run {
                        if time.monotonic() - began < Self.patience { await perform(action, terms) }
                    }
                }
            }
        }
    }

    private func perform(_ action: PlanAction, _ terms: PlanTerms) async {
        switch action {
        case .start(let start, let name): await begin(start, name, action, terms)
        case .fetchWeights(let start): await fetch(start, action, terms)
        case .observe(let start): say("WouldStart", "Observe", action, start, terms)
        case .delete: break
        }
    }

    private func begin(_ start: PlannedStart, _ name: String, _ action: PlanAction, _ terms: PlanTerms) async {
        guard let pool = terms.pools[start.pool], let model = terms.models[start.model] else { return }
        let pod = WorkerPod(name: name, node: start.node, pool: pool, model: model, settings: settings)
        if settle(await desk.create(pod.manifest), start, terms) { say("Started", "Start", action, start, terms) }
    }

    private func fetch(_ start: PlannedStart, _ action: PlanAction, _ terms: PlanTerms) async {
        guard let pool = terms.pools[start.pool], let model = terms.models[start.model],
            let claim = WeightsCache.claim(pool: pool, node: start.node, settings: settings),
            let fetcher = WeightsCache.fetcher(model, pool: pool, node: start.node, settings: settings)
        else { return }
        if let error = await desk.claim(claim) {
            _ = settle(error.status.map { .refused($0) } ?? .failed(error), start, terms)
            return
        }
        var outcome = await desk.create(fetcher)
        if outcome == .exists, await desk.clearFailed(fetcher) { outcome = await desk.create(fetcher) }
        if settle(outcome, start, terms) { say("FetchingWeights", "Fetch", action, start, terms) }
    }

    /// - Returns: whether there is something new to tell.
    private func settle(_ outcome: PodDesk.Creation, _ start: PlannedStart, _ terms: PlanTerms) -> Bool {
        switch outcome {
        case .created, .exists:
            admissions.taken(start.pool)
            return outcome != .exists
        case .refused(let status):
            admissions.refused(start.pool, status, known: terms.workers)
            log.warning("A pod of the pool \(start.pool) is refused", metadata: ["reason": "\(status)"])
            guard let pool = terms.references[start.pool] else { return false }
            events.post("Refused", action: "Start", status.advice, regarding: pool, isWarning: true)
            return false
        case .failed(let error):
            log.warning("A pod of the pool \(start.pool) was not created", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func say(
        _ reason: String, _ what: String, _ action: PlanAction, _ start: PlannedStart, _ terms: PlanTerms
    ) {
        log.info("\(action.explanation)", metadata: ["pool": "\(start.pool)"])
        guard let pool = terms.references[start.pool] else { return }
        events.post(reason, action: what, action.explanation, regarding: pool)
    }
}

extension PodDesk {
    /// Clears away a fetcher that has failed, for the next one has its name.
    ///
    /// - Returns: whether there was one.
    func clearFailed(_ manifest: JSON) async -> Bool {
        guard let name = manifest["metadata"]?["name"]?.string,
            let pod = try? await client.get(.pods, name, in: namespace, within: Self.limit),
            pod.status.phase == .failed
        else { return false }
        return await delete(ObjectID(namespace, name), uid: pod.metadata.uid) == .done
    }
}
