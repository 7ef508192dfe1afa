import JSON

/// How a pod fares.
package struct PodStatus: Sendable, Equatable {
    package enum Phase: String, Sendable {
        case pending = "Pending"
        case running = "Running"
        case succeeded = "Succeeded"
        case failed = "Failed"
        case unknown = "Unknown"
    }

    package var phase: Phase
    package var reason: String
    package var message: String
    /// The node that is being cleared for it.
    package var nominatedNodeName: String
    package var podIP: String
    package var start: Timestamp?
    package var conditions: [Condition]
    package var containers: [ContainerStatus]
    package var initContainers: [ContainerStatus]
    /// The names of the claims made from templates, by the name that the pod has for them.
    package var claimNames: [String: String]

    /// A phase that we do not know counts as unknown: the pod keeps what it asks for.
    init(_ json: JSON?) {
        phase = json?["phase"]?.string.flatMap(Phase.init) ?? .unknown
        reason = json?["reason"]?.string ?? ""
        message = json?["message"]?.string ?? ""
        nominatedNodeName = json?["nominatedNodeName"]?.string ?? ""
        podIP = json?["podIP"]?.string ?? ""
        start = Timestamp(json?["startTime"])
        conditions = [Condition](json?["conditions"])
        containers = (json?["containerStatuses"]?.array ?? []).compactMap { ContainerStatus($0) }
        initContainers = (json?["initContainerStatuses"]?.array ?? []).compactMap { ContainerStatus($0) }
        claimNames = [:]
        for claim in json?["resourceClaimStatuses"]?.array ?? [] {
            if let name = claim["name"]?.string { claimNames[name] = claim["resourceClaimName"]?.string }
        }
    }

    package var isReady: Bool { conditions.isTrue("Ready") }
}

/// How a container fares.
package struct ContainerStatus: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        case waiting(reason: String)
        case running(since: Timestamp?)
        case terminated(exitCode: Int, reason: String, at: Timestamp?)
    }

    package var name: String
    package var isReady: Bool
    package var restarts: Int
    package var imageID: String
    package var state: State

    init?(_ json: JSON) {
        guard let name = json["name"]?.string else { return nil }
        self.name = name
        isReady = json["ready"]?.bool ?? false
        restarts = json["restartCount"]?.int ?? 0
        imageID = json["imageID"]?.string ?? ""
        state = Self.state(json["state"])
    }

    private static func state(_ json: JSON?) -> State {
        if let running = json?["running"]?.object { return .running(since: Timestamp(running["startedAt"])) }
        guard let ended = json?["terminated"]?.object else {
            return .waiting(reason: json?["waiting"]?["reason"]?.string ?? "")
        }
        return .terminated(
            exitCode: ended["exitCode"]?.int ?? -1, reason: ended["reason"]?.string ?? "",
            at: Timestamp(ended["finishedAt"]))
    }
}
