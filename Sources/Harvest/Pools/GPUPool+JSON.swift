package import JSON
import Ledger

extension GPUPool {
    /// The pool that a `GPUPool` object of gleaner.dev/v1alpha1 declares.
    ///
    /// - Throws: everything that is wrong with it, in sentences for its owner.
    package init(name: String, spec: JSON) throws(SpecProblems) {
        var problems = SpecProblem.ofName(name) + Self.schema.check(spec, at: "spec")
        guard problems.isEmpty else { throw SpecProblems(all: problems) }
        self.init(name: name)
        readWho(spec)
        readWhen(spec, &problems)
        readTerms(spec)
        problems += contradictions(spec)
        guard problems.isEmpty else { throw SpecProblems(all: problems) }
    }

    private mutating func readWho(_ spec: JSON) {
        mode = spec["mode"]?.string.flatMap(Mode.init) ?? mode
        optIn = spec["optInLabel"]?.string.map { OptInLabel($0) } ?? optIn
        resource = spec["resource"]?.string ?? resource
        nodes = spec["nodeSelector"].map(NodeSelector.init) ?? nodes
        tolerations = spec["tolerations"]?.array?.map(Toleration.init) ?? []
        models = spec["models"]?.array?.compactMap(\.string) ?? []
        runtimeClassName = spec["runtimeClassName"]?.string
    }

    private mutating func readWhen(_ spec: JSON, _ problems: inout [SpecProblem]) {
        schedule.windows = spec["windows"]?.array?.map(TimeWindow.init) ?? []
        idleAfterMs = spec.milliseconds("idleAfter") ?? idleAfterMs
        guard let name = spec["timeZone"]?.string else { return }
        if let zone = TimeZoneOffset(name) {
            schedule.zone = zone
        } else {
            let found = "is \(SpecProblem.quoted(name)), which is no time zone; \(Self.insteadOfZone)."
            problems.append(SpecProblem("spec.timeZone", found))
        }
    }

    private mutating func readTerms(_ spec: JSON) {
        limits = spec["limits"].map(PoolLimits.init) ?? limits
        keepAwake = spec["keepAwake"]?.bool ?? keepAwake
        graceSeconds = spec.milliseconds("grace").map { Int($0 / 1000) } ?? graceSeconds
        reclaimWithinMs = spec.milliseconds("reclaimWithin") ?? reclaimWithinMs
        revenueShare = spec["revenueShare"]?.string.flatMap { Share($0) }
        energy = spec["energy"].flatMap(EnergyPrice.init)
        placement = spec["placement"].map(PlacementLimits.init) ?? placement
        cache = spec["cache"].flatMap(CachePolicy.init)
    }

    /// What the schema cannot say.
    private func contradictions(_ spec: JSON) -> [SpecProblem] {
        var problems: [SpecProblem] = []
        if idleAfterMs > 86_400_000 {
            problems.append(SpecProblem("spec.idleAfter", "is longer than a day; write at most 24h."))
        }
        if reclaimWithinMs <= Int64(graceSeconds) * 1000 {
            let least = "write more than the grace of \(graceSeconds)s, for Kubernetes needs time beyond it"
            problems.append(SpecProblem("spec.reclaimWithin", "cannot be kept; \(least)."))
        }
        for (name, part) in [("limits.share", limits.share), ("revenueShare", revenueShare ?? .all)]
        where part == .none {
            problems.append(SpecProblem("spec.\(name)", "is 0%; write more, or delete the pool to lend nothing."))
        }
        for (place, window) in (spec["windows"]?.array ?? []).enumerated() {
            let days = window["days"]?.array?.compactMap(\.string) ?? []
            guard Set(days).count < days.count else { continue }
            problems.append(SpecProblem("spec.windows[\(place)].days", "names a day twice; name each once."))
        }
        return problems + selectorProblems(spec) + tolerationProblems(spec)
    }

    private func selectorProblems(_ spec: JSON) -> [SpecProblem] {
        nodes.expressions.enumerated().compactMap { place, expression in
            let wantsValues = expression.comparison == .isIn || expression.comparison == .notIn
            guard wantsValues == expression.values.isEmpty else { return nil }
            let field = "spec.nodeSelector.matchExpressions[\(place)].values"
            let rule = wantsValues ? "is empty; name at least one value" : "is not empty; leave it away"
            return SpecProblem(field, "\(rule) with \(expression.comparison.rawValue).")
        }
    }

    private func tolerationProblems(_ spec: JSON) -> [SpecProblem] {
        (spec["tolerations"]?.array ?? []).enumerated().compactMap { place, toleration in
            let field = "spec.tolerations[\(place)]"
            let isExists = toleration["operator"]?.string == "Exists"
            if isExists, toleration["value"]?.string.map({ !$0.isEmpty }) ?? false {
                return SpecProblem("\(field).value", "goes with operator Equal only; leave it away with Exists.")
            }
            guard !isExists, toleration["key"] == nil else { return nil }
            return SpecProblem("\(field).key", "is missing; name the taint's key, or write operator Exists for all.")
        }
    }
}
