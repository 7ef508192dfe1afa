import Harvest
package import Kubernetes
package import Logging

/// The controller: watches a cluster, gives back whatever its owner wants, and, where it leads, lends what is idle.
package final class ControllerService: Sendable {
    package let counts = CallCounts()
    private let settings: ControllerSettings
    private let watch: ClusterWatch
    let outlook: Outlook
    private let events: EventPoster
    private let reclaims: ReclaimLoop
    private let plans: PlanLoop
    private let elector: LeaderElector

    /// - Parameters:
    ///   - client: whose clocks are those of all decisions. It is the caller's to shut down.
    ///   - view: what the gateways say.
    package init(_ settings: ControllerSettings, client: KubernetesClient, view: GatewayView, log: Logger) {
        self.settings = settings
        let (reclaimBell, planBell, clock) = (Bell(), Bell(), SteadyClock(client.time))
        let terms = ConversionTerms(namespace: settings.namespace, workerPriority: ClusterPolicies.priority)
        watch = ClusterWatch(
            client, terms, clock: clock, bells: [reclaimBell, planBell], discoverEvery: settings.discoverEvery,
            log: log)
        outlook = Outlook(
            view, every: settings.outlookEvery, demandBell: planBell, time: client.time, log: log)
        events = EventPoster(
            client, namespace: settings.namespace, instance: settings.identity, counts: counts, log: log)
        let desk = PodDesk(client, namespace: settings.namespace, counts: counts, log: log)
        let elector = LeaderElector(
            settings.leaseName, in: settings.namespace, identity: settings.identity, client: client,
            terms: settings.terms)
        self.elector = elector
        reclaims = ReclaimLoop(watch, desk, outlook, events: events, bell: reclaimBell, log: log) {
            elector.isLeader
        }
        let (lane, admissions) = (CallLane(width: 8), Admissions())
        plans = PlanLoop(
            watch: watch, reclaims: reclaims, outlook: outlook,
            starter: Starter(
                desk, settings.worker, lane: lane, admissions: admissions, events: events, time: client.time, log: log),
            statuses: StatusWriter(client, lane: lane, pause: settings.statusPause, counts: counts, log: log),
            policies: PolicyDesk(client, settings, counts: counts, log: log), admissions: admissions, bell: planBell,
            settings: settings, log: log)
    }

    /// Whether this process is the one that plans.
    package var isLeader: Bool { elector.isLeader }

    /// The cluster as it is known now.
    package func look() -> Look { watch.look() }

    /// The reclaims since this process began to watch.
    package var reclaimBook: ReclaimBook { reclaims.book }

    /// Works until the task is cancelled. Then nothing new is begun, workers that were being told to go are told to the
    /// end, and the lease is given back, so that the next one leads at once. To be called once.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.watch.run() }
            group.addTask { await self.reclaims.run() }
            group.addTask { await self.events.run() }
            group.addTask {
                await self.outlook.run {
                    self.watch.look()
                } noted: {
                    self.reclaims.note($0)
                }
            }
            group.addTask { await self.elector.run { await self.plans.lead() } }
        }
    }
}
