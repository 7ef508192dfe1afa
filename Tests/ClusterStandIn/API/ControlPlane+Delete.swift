import JSON
import Kubernetes

/// How an object is to go (`DeleteOptions`).
struct EndOptions {
    var uid: String?
    var resourceVersion: String?
    var graceSeconds: Int?

    init(_ json: JSON? = nil) {
        uid = json?[at: "preconditions", "uid"]?.string
        resourceVersion = json?[at: "preconditions", "resourceVersion"]?.string
        graceSeconds = json?["gracePeriodSeconds"]?.int
    }

    init(_ request: StandInRequest) throws(Refusal) {
        self.init(request.body.isEmpty ? nil : try ControlPlane.json(request))
        if let text = request.query["gracePeriodSeconds"] { graceSeconds = Int(text) }
    }
}

extension ControlPlane {
    mutating func delete(
        _ resource: APIResource, _ key: ObjectKey, _ request: StandInRequest
    ) throws(Refusal) -> StandInAnswer {
        let options = try EndOptions(request)
        guard let old = store[resource, key] else { throw .notFound(resource, key.name) }
        try Self.check(options, old, resource, key)
        if request.isDryRun { return StandInAnswer(200, old) }
        let last = end(resource, key, graceSeconds: options.graceSeconds)
        if resource == .pods || store[resource, key] != nil { return StandInAnswer(200, last ?? old) }
        var details = JSONObject([("name", .string(key.name))])
        if !resource.group.isEmpty { details["group"] = .string(resource.group) }
        details["kind"] = .string(resource.plural)
        details["uid"] = old[at: "metadata", "uid"]
        return StandInAnswer(
            200,
            [
                "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
                "details": .object(details),
            ])
    }

    mutating func deleteAll(_ filter: ObjectFilter, _ request: StandInRequest) throws(Refusal) -> StandInAnswer {
        let options = try EndOptions(request)
        let list = try list(filter, [:])
        for (key, object) in store.list(filter.resource) ?? [] where filter.matches(key, object) {
            end(filter.resource, key, graceSeconds: options.graceSeconds)
        }
        return StandInAnswer(200, list)
    }

    static func check(
        _ options: EndOptions, _ old: JSON, _ resource: APIResource, _ key: ObjectKey
    ) throws(Refusal) {
        let (uid, version) = (old[at: "metadata", "uid"]?.string, old[at: "metadata", "resourceVersion"]?.string)
        if let wanted = options.uid, wanted != uid {
            let why = "the UID in the precondition (\(wanted)) does not match the UID in record (\(uid ?? ""))"
            throw .conflict(
                resource, key.name, why + ". The object might have been deleted and then recreated", kind: resource.kind
            )
        }
        if let wanted = options.resourceVersion, wanted != version {
            let why =
                "the ResourceVersion in the precondition (\(wanted)) does not match the ResourceVersion in record "
                + "(\(version ?? "")). The object might have been modified"
            throw .conflict(resource, key.name, why, kind: resource.kind)
        }
    }

    /// Lets an object go: a pod that runs when its time is over, others at once, and none that something holds.
    ///
    /// - Returns: its state then, which may be its last.
    @discardableResult
    mutating func end(_ resource: APIResource, _ key: ObjectKey, graceSeconds: Int? = nil) -> JSON? {
        guard var object = store[resource, key] else { return nil }
        var grace = resource == .pods ? Self.grace(of: object, asked: graceSeconds) : 0
        let isFirst = object[at: "metadata", "deletionTimestamp"] == nil
        let earlier = object[at: "metadata", "deletionGracePeriodSeconds"]?.int
        let isHeld = !(object[at: "metadata", "finalizers"]?.array?.isEmpty ?? true)
        if resource != .pods, !isHeld { return store.remove(resource, key) }
        if !isFirst {
            // Once on its way, it only goes sooner: a longer wish, or none, changes nothing.
            guard let graceSeconds, graceSeconds < earlier ?? 0 else { return object }
            grace = max(0, graceSeconds)
        }
        let start = isFirst ? now : Self.asked(object) ?? now
        object[at: "metadata", "deletionTimestamp"] = .string(start.advanced(by: .seconds(grace)).seconds)
        object[at: "metadata", "deletionGracePeriodSeconds"] = .int(grace)
        if isFirst, let generation = object[at: "metadata", "generation"]?.int {
            object[at: "metadata", "generation"] = .int(generation + 1)
        }
        let last = store.put(resource, key, object)
        return grace == 0 && !isHeld ? store.remove(resource, key) : last
    }

    /// A pod without a node, or one that has ended, has nothing to wait for.
    private static func grace(of pod: JSON, asked: Int?) -> Int {
        let isBound = !(pod[at: "spec", "nodeName"]?.string ?? "").isEmpty
        let isTerminal = ["Succeeded", "Failed"].contains(pod[at: "status", "phase"]?.string ?? "")
        guard isBound, !isTerminal else { return 0 }
        return max(0, asked ?? pod[at: "spec", "terminationGracePeriodSeconds"]?.int ?? 30)
    }

    /// When its end was asked for.
    private static func asked(_ object: JSON) -> Timestamp? {
        let grace = object[at: "metadata", "deletionGracePeriodSeconds"]?.int ?? 0
        return Timestamp(object[at: "metadata", "deletionTimestamp"])?.advanced(by: .seconds(-grace))
    }
}
