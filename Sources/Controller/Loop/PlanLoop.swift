import Harvest
import JSON
import Kubernetes
import Logging

/// What only one process does: starts workers where accelerators are idle, clears away, and tells how it stands.
struct PlanLoop: Sendable {
    let watch: ClusterWatch
    let reclaims: ReclaimLoop
    let outlook: Outlook
    let starter: Starter
    let statuses: StatusWriter
    let policies: PolicyDesk
    let admissions: Admissions
    let bell: Bell
    let settings: ControllerSettings
    let log: Logger

    private var time: TimeSource { watch.client.time }

    /// Plans until the task is cancelled, which it is when another process leads. What is remembered begins anew: a new
    /// leader waits for idleness, so it starts nothing beside what the last one has just started.
    func lead() async {
        await policies.apply()
        var memory = PlanMemory()
        while !Task.isCancelled {
            let look = watch.look()
            if look.sufficesForPlan {
                await round(look, &memory)
                await policies.apply()
            }
            try? await time.sleep(settings.planPause)
            await bell.wait(atMost: max(.zero, settings.planEvery - settings.planPause), time)
        }
    }

    private func round(_ look: Look, _ memory: inout PlanMemory) async {
        let (standings, models) = (suspending(look), look.servedModels)
        admissions.observe(look.cluster)
        memory.observe(look.cluster, standings, nowMs: look.nowMs)
        let plan = Plan(
            look.cluster, standings, outlook.markets(models), memory, losses: outlook.losses, nowMs: look.nowMs)
        memory.note(plan, namespace: settings.namespace, nowMs: look.nowMs)
        if Task.isCancelled { return }
        await withDiscardingTaskGroup { group in
            group.addTask { await reclaims.tidy(plan.actions.compactMap(\.tidying)) }
            group.addTask { await starter.perform(plan.actions.filter { !$0.isDeletion }, PlanTerms(look)) }
        }
        if !Task.isCancelled { await statuses.write(updates(plan, look)) }
    }

    /// Who has broken the promise is suspended: its status says so, and from there all of us know.
    private func suspending(_ look: Look) -> [PoolStanding] {
        let book = reclaims.book
        return look.standings.map { standing in
            guard standing.pool != nil, standing.suspension == nil else { return standing }
            let generation = look.picture.pools[standing.name]?.object.metadata.generation
            var suspended = standing
            suspended.suspension = book.breach(standing.name, generation: generation)
            return suspended
        }
    }
}

extension PlanLoop {
    private func updates(_ plan: Plan, _ look: Look) -> [StatusWriter.Update] {
        let (book, now) = (reclaims.book, time.wall().seconds)
        let pools = plan.pools.compactMap { report in
            look.picture.pools[report.name].map { update($0.object, report, book.log(of: report.name), now) }
        }
        let refused = look.picture.models.values.compactMap(\.refusal)
        let models = (plan.models + refused).compactMap { report in
            look.picture.models[report.name].map { update($0.object, report, now) }
        }
        return pools + models
    }

    private func update(
        _ object: GenericObject, _ report: PoolReport, _ log: ReclaimLog, _ now: String
    ) -> StatusWriter.Update {
        let (generation, before) = (object.metadata.generation ?? 0, object.status)
        var status = StatusDocument.pool(report, log, generation: generation, before: before, now: now)
        // A pool that cannot be read has no pods that could be taken.
        if !report.conditions.contains(where: { $0.reason == "Refused" }) {
            status = admissions.adding(
                to: status, pool: report.name, generation: generation, before: before, now: now)
        }
        return StatusWriter.Update(.gpuPools, object, status)
    }

    private func update(_ object: GenericObject, _ report: ModelReport, _ now: String) -> StatusWriter.Update {
        let status = StatusDocument.model(
            report, generation: object.metadata.generation ?? 0, before: object.status, now: now)
        return StatusWriter.Update(.servedModels, object, status)
    }
}

extension ModelObject {
    /// What its status says when it cannot be read.
    fileprivate var refusal: ModelReport? {
        guard case .refused(let problems) = standing else { return nil }
        return ModelReport(name: object.metadata.name, problems: problems)
    }
}

extension PlanAction {
    fileprivate var isDeletion: Bool {
        if case .delete = self { true } else { false }
    }

    /// A deletion that is no reclaim: those are every process's business.
    fileprivate var tidying: (id: ObjectID, uid: String)? {
        guard case .delete(let id, let uid, let reason) = self else { return nil }
        if case .reclaim = reason { return nil }
        return (id, uid)
    }
}
