/// A node's mark that keeps pods away or drives them off.
package struct Taint: Sendable, Hashable {
    package enum Effect: String, Sendable, Hashable, CaseIterable {
        case noSchedule = "NoSchedule"
        case preferNoSchedule = "PreferNoSchedule"
        case noExecute = "NoExecute"
    }

    package let key: String
    package let value: String
    package let effect: Effect

    package init(_ key: String, _ value: String = "", _ effect: Effect) {
        self.key = key
        self.value = value
        self.effect = effect
    }

    /// A preference is no prohibition.
    package var forbids: Bool { effect != .preferNoSchedule }
}

/// A pod's permission to be where a taint is.
package struct Toleration: Sendable, Hashable {
    /// Nil tolerates every key.
    package let key: String?
    /// Nil tolerates every value (operator `Exists`).
    package let value: String?
    /// Nil tolerates every effect.
    package let effect: Taint.Effect?

    package init(key: String?, value: String? = nil, effect: Taint.Effect? = nil) {
        self.key = key
        self.value = value
        self.effect = effect
    }

    package func tolerates(_ taint: Taint) -> Bool {
        (key == nil || key == taint.key) && (value == nil || value == taint.value)
            && (effect == nil || effect == taint.effect)
    }
}

extension [Toleration] {
    /// The first taint that forbids a pod with these tolerations to be placed.
    package func firstForbidden(_ taints: [Taint]) -> Taint? {
        taints.first { taint in taint.forbids && !contains { $0.tolerates(taint) } }
    }
}
