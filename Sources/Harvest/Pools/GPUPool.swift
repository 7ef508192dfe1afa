package import Ledger

/// What an operator lends and on which terms: the spec of a `GPUPool` that passed every check.
package struct GPUPool: Sendable, Hashable {
    package static let kind = "GPUPool"

    package enum Mode: String, Sendable, Hashable, CaseIterable {
        case harvest = "Harvest"
        /// Reports what would have been earned and reclaimed, without a pod.
        case observe = "Observe"
    }

    package let name: String
    package var mode: Mode = .harvest
    package var nodes = NodeSelector()
    package var optIn = OptInLabel.standard
    /// The extended resource that is lent, such as `nvidia.com/gpu`.
    package var resource = GPUPool.standardResource
    package var schedule = Schedule()
    /// How long an accelerator must have been free of the owner's requests.
    package var idleAfterMs: Int64 = 120_000
    package var limits = PoolLimits()
    /// Whether workers may keep a node up that an autoscaler would remove.
    package var keepAwake = false
    /// What Kubernetes gives a worker between SIGTERM and SIGKILL, 1 to 5.
    package var graceSeconds = 3
    /// The promise to the owner: a reclaim that takes longer suspends the pool.
    package var reclaimWithinMs: Int64 = 10_000
    /// The owner's part of the revenue; nil leaves it to the ledger's agreement.
    package var revenueShare: Share?
    /// The models that may run here; empty for all.
    package var models: [String] = []
    package var runtimeClassName: String?
    package var tolerations: [Toleration] = []
    package var energy: EnergyPrice?
    package var placement = PlacementLimits()
    /// Where weights stay between workers; nil keeps them as long as a pod.
    package var cache: CachePolicy?

    package static let standardResource = "nvidia.com/gpu"

    package init(name: String) { self.name = name }

    package func allows(model: String) -> Bool { models.isEmpty || models.contains(model) }

    /// Whether the owner lends this node: chosen by the selector and marked with the opt-in label.
    package func selects(labels: [String: String]) -> Bool { optIn.isOn(labels) && nodes.matches(labels) }
}

/// How many accelerators of a pool may be taken: every bound that is there holds.
package struct PoolLimits: Sendable, Hashable {
    /// Of all of the pool's allocatable accelerators, rounded down.
    package var share: Share = .all
    package var count: Int?
    package var perNode: Int?
    /// Idle accelerators that are left alone for the owner.
    package var reserve = 0

    package init() {}

    /// The most that workers may hold of `allocatable` accelerators, the reserve aside.
    package func most(of allocatable: Int) -> Int {
        let (part, overflow) = Int64(clamping: allocatable).multipliedReportingOverflow(by: share.numerator)
        let byShare = overflow ? allocatable / max(1, Int(share.denominator)) : Int(part / share.denominator)
        return max(0, min(byShare, count ?? .max))
    }
}

/// What keeps placement from flapping.
package struct PlacementLimits: Sendable, Hashable {
    /// A worker that the owner does not reclaim stays at least this long.
    package var minimumResidenceMs: Int64 = 600_000
    /// How many workers are started in any hour.
    package var loadsPerHour = 60

    package init() {}
}

/// What an accelerator's work costs its owner.
package struct EnergyPrice: Sendable, Hashable {
    /// For one kilowatt-hour.
    package let perKWh: PicoUSD
    /// Above idle, under load, for one accelerator.
    package let wattsPerGPU: Int

    package init(perKWh: PicoUSD, wattsPerGPU: Int) {
        self.perKWh = perKWh
        self.wattsPerGPU = wattsPerGPU
    }

    /// For `gpus` accelerators over `ms`. At most 10¹⁶ pico-USD × 10⁴ W × 10⁷ GPUs × 10¹⁰ ms: inside 128 bits.
    package func cost(gpus: Int, ms: Int64) -> PicoUSD {
        let wattMs = Int128(wattsPerGPU) * Int128(gpus) * Int128(max(0, ms))
        return PicoUSD(pico: perKWh.pico * wattMs / (1000 * 3_600_000))
    }
}

/// The node-local home of weights.
package struct CachePolicy: Sendable, Hashable {
    /// Of a storage class that makes volumes on the node that asks first.
    package let storageClassName: String
    package let gibibytes: Int

    package init(storageClassName: String, gibibytes: Int) {
        self.storageClassName = storageClassName
        self.gibibytes = gibibytes
    }
}
