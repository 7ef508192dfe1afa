package import JSON

/// One of an object's conditions.
package struct Condition: Sendable, Equatable {
    package enum Status: String, Sendable {
        case yes = "True"
        case no = "False"
        case unknown = "Unknown"
    }

    package var type: String
    package var status: Status
    package var reason: String
    package var message: String
    package var lastTransition: Timestamp?
    package var observedGeneration: Int?

    package init(
        _ type: String, _ status: Status, reason: String, message: String, lastTransition: Timestamp? = nil,
        observedGeneration: Int? = nil
    ) {
        self.type = type
        self.status = status
        self.reason = reason
        self.message = message
        self.lastTransition = lastTransition
        self.observedGeneration = observedGeneration
    }

    /// A status that is none of the three counts as unknown; nil without a type.
    init?(_ json: JSON) {
        guard let type = json["type"]?.string else { return nil }
        self.init(
            type, json["status"]?.string.flatMap(Status.init) ?? .unknown, reason: json["reason"]?.string ?? "",
            message: json["message"]?.string ?? "", lastTransition: Timestamp(json["lastTransitionTime"]),
            observedGeneration: json["observedGeneration"]?.int)
    }

    /// The form of `metav1.Condition`, for a patch of our own resources.
    package var json: JSON {
        var object = JSONObject([
            ("type", .string(type)), ("status", .string(status.rawValue)), ("reason", .string(reason)),
            ("message", .string(message)),
        ])
        object["lastTransitionTime"] = lastTransition.map { .string($0.seconds) }
        object["observedGeneration"] = observedGeneration.map { .int($0) }
        return .object(object)
    }
}

extension [Condition] {
    init(_ json: JSON?) { self = (json?.array ?? []).compactMap { Condition($0) } }

    /// The condition of this type.
    package subscript(type: String) -> Condition? { first { $0.type == type } }

    /// Whether the condition is there and its status is True.
    package func isTrue(_ type: String) -> Bool { self[type]?.status == .yes }
}
