import Harvest
import Kubernetes

/// What would be lent now, by the controller's own decisions.
struct DryRun: Sendable {
    private let client: KubernetesClient
    private let worker: WorkerSettings

    init(_ client: KubernetesClient, _ worker: WorkerSettings) {
        self.client = client
        self.worker = worker
    }

    func findings() async throws(KubernetesError) -> [Finding] {
        let (nodes, pods) = (try await client.list(.nodes), try await client.list(.pods))
        let selection = Selection(in: worker.namespace)
        let (pools, models) = (try await list(.gpuPools, selection), try await list(.servedModels, selection))
        let nowMs = Int64(client.time.wall().microseconds / 1000)
        var picture = ClusterPicture(
            ConversionTerms(namespace: worker.namespace, workerPriority: ClusterPolicies.priority))
        for node in nodes.objects { picture.note(.added(node)) }
        for pod in pods.objects { picture.note(.added(pod), nowMs: nowMs) }
        for pool in pools { picture.notePool(.added(pool)) }
        for model in models { picture.noteModel(.added(model)) }
        let markets = picture.servedModels.map { ModelMarket($0, pricePerToken: nil, demandTokensPerSecond: 0) }
        let plan = Plan(picture.cluster, picture.standings, markets, PlanMemory(), nowMs: nowMs)
        return [accelerators(nodes.objects, picture.terms)] + reports(plan)
            + (models.isEmpty ? [Finding(.note, "There is no ServedModel yet, so nothing would be served.")] : [])
    }

    /// A kind that the cluster does not have was said to be missing before.
    private func list(
        _ kind: ResourceKind<GenericObject>, _ selection: Selection
    ) async throws(KubernetesError) -> [GenericObject] {
        guard try await client.serves(kind) else { return [] }
        return try await client.list(kind, selection).objects
    }

    private func accelerators(_ nodes: [ClusterNode], _ terms: ConversionTerms) -> Finding {
        let names = Set(terms.deviceClasses.values).sorted()
        let counts = names.map { name in (name, nodes.map { $0.allocatable[name].units }.filter { $0 > 0 }) }
        let found = counts.filter { !$0.1.isEmpty }.map { name, counts in
            "\(counts.reduce(0, +)) of \(name) on \(counts.count) of \(nodes.count) nodes"
        }
        return found.isEmpty
            ? Finding(
                .problem,
                "No node offers \(names.joined(separator: " or ")): install the device plugin of your accelerators.")
            : Finding(.good, "The cluster has \(found.joined(separator: ", ")).")
    }

    private func reports(_ plan: Plan) -> [Finding] {
        if plan.pools.isEmpty { return [Finding(.note, "There is no GPUPool yet, so nothing would be lent.")] }
        let pools = plan.pools.map { report in
            if let refused = report.conditions.first(where: { $0.reason == "Refused" }) {
                return Finding(.problem, "GPUPool \(report.name) cannot be read: \(refused.message)")
            }
            let obstacles = report.obstacles.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "\($0.key) (\($0.value) nodes)" }
            return Finding(
                report.numGPUs > 0 ? .good : .note,
                "GPUPool \(report.name) has \(report.numGPUs) accelerators; \(report.numOwnerFree) are free of the owner's "
                    + "work now, \(report.numLent) are lent." + (obstacles.isEmpty ? "" : " Not usable: ")
                    + obstacles.joined(separator: ", "))
        }
        let refused = plan.models.flatMap(\.conditions).filter { $0.reason == "Refused" }
        return pools + refused.map { Finding(.problem, $0.message) }
    }
}
