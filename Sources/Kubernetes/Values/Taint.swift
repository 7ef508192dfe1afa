package import JSON

/// What keeps pods off a node.
package struct Taint: Sendable, Hashable {
    package enum Effect: String, Sendable {
        case noSchedule = "NoSchedule"
        case preferNoSchedule = "PreferNoSchedule"
        case noExecute = "NoExecute"
    }

    package var key: String
    package var value: String
    package var effect: Effect
    package var timeAdded: Timestamp?

    package init(key: String, value: String = "", effect: Effect, timeAdded: Timestamp? = nil) {
        self.key = key
        self.value = value
        self.effect = effect
        self.timeAdded = timeAdded
    }

    /// An effect that we do not know counts as the strongest.
    init?(_ json: JSON) {
        guard let key = json["key"]?.string else { return nil }
        self.init(
            key: key, value: json["value"]?.string ?? "",
            effect: json["effect"]?.string.flatMap(Effect.init) ?? .noExecute, timeAdded: Timestamp(json["timeAdded"]))
    }
}

/// What lets a pod on to a node in spite of its taints.
package struct Toleration: Sendable, Hashable {
    /// Nil = all keys.
    package var key: String?
    /// Nil = all values (the operator `Exists`).
    package var value: String?
    /// Nil = all effects.
    package var effect: Taint.Effect?
    /// How long a taint of the effect NoExecute is borne; nil = for ever.
    package var seconds: Int?

    package init(key: String? = nil, value: String? = nil, effect: Taint.Effect? = nil, seconds: Int? = nil) {
        self.key = key
        self.value = value
        self.effect = effect
        self.seconds = seconds
    }

    /// Nil for an operator or an effect that we do not know: it lets nobody in.
    init?(_ json: JSON) {
        let exists: Bool
        switch json["operator"]?.string ?? "Equal" {
        case "Exists": exists = true
        case "Equal", "": exists = false
        default: return nil
        }
        let effect = json["effect"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        if let effect, Taint.Effect(rawValue: effect) == nil { return nil }
        let key = json["key"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        if key == nil, !exists { return nil }
        self.init(
            key: key, value: exists ? nil : json["value"]?.string ?? "", effect: effect.flatMap(Taint.Effect.init),
            seconds: json["tolerationSeconds"]?.int)
    }

    package func tolerates(_ taint: Taint) -> Bool {
        (key == nil || key == taint.key) && (value == nil || value == taint.value)
            && (effect == nil || effect == taint.effect)
    }

    package var json: JSON {
        var object = JSONObject()
        object["key"] = key.map { .string($0) }
        object["operator"] = value == nil ? "Exists" : "Equal"
        object["value"] = value.map { .string($0) }
        object["effect"] = effect.map { .string($0.rawValue) }
        object["tolerationSeconds"] = seconds.map { .int($0) }
        return .object(object)
    }
}
