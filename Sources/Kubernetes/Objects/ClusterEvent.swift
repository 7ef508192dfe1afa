package import JSON

/// An event about an object, as `events.k8s.io/v1` or as the core API has it.
package struct ClusterEvent: KubernetesObject {
    package let metadata: ObjectMeta
    package let isWarning: Bool
    package let reason: String
    package let action: String
    package let note: String
    package let regarding: ObjectReference
    package let reporter: String
    package let time: Timestamp?

    package init(_ json: JSON) throws(ObjectError) {
        metadata = try ObjectMeta(json)
        isWarning = json["type"]?.string == "Warning"
        reason = json["reason"]?.string ?? ""
        action = json["action"]?.string ?? ""
        note = (json["note"] ?? json["message"])?.string ?? ""
        regarding = ObjectReference(json["regarding"] ?? json["involvedObject"])
        reporter =
            (json["reportingController"] ?? json["reportingComponent"])?.string ?? json["source"]?["component"]?.string
            ?? ""
        time =
            Timestamp(json["eventTime"]) ?? Timestamp(json["lastTimestamp"]) ?? Timestamp(
                json["deprecatedLastTimestamp"])
            ?? metadata.creation
    }
}

/// An object that another one speaks of.
package struct ObjectReference: Sendable, Hashable {
    package var apiVersion: String
    package var kind: String
    package var namespace: String
    package var name: String
    package var uid: String

    package init(apiVersion: String, kind: String, namespace: String = "", name: String, uid: String) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.uid = uid
    }

    init(_ json: JSON?) {
        self.init(
            apiVersion: json?["apiVersion"]?.string ?? "", kind: json?["kind"]?.string ?? "",
            namespace: json?["namespace"]?.string ?? "", name: json?["name"]?.string ?? "",
            uid: json?["uid"]?.string ?? "")
    }

    package var json: JSON {
        var object = JSONObject([("apiVersion", .string(apiVersion)), ("kind", .string(kind))])
        if !namespace.isEmpty { object["namespace"] = .string(namespace) }
        object["name"] = .string(name)
        object["uid"] = .string(uid)
        return .object(object)
    }
}

/// An event of ours, to be created.
package struct EventDraft: Sendable, Equatable {
    package var isWarning: Bool
    /// One word in camel case: why.
    package var reason: String
    /// One word in camel case: what was done or tried.
    package var action: String
    /// A sentence; the API has room for 1024 bytes.
    package var note: String
    package var regarding: ObjectReference
    package var time: Timestamp

    private static let maximumNoteBytes = 1024

    package init(
        _ reason: String, action: String, note: String, regarding: ObjectReference, at time: Timestamp,
        isWarning: Bool = false
    ) {
        self.isWarning = isWarning
        self.reason = reason
        self.action = action
        self.note = note
        self.regarding = regarding
        self.time = time
    }

    /// The body for `events.k8s.io/v1`.
    ///
    /// - Parameters:
    ///   - reporter: the controller's name, such as `gleaner.dev/controller`.
    ///   - instance: which of its processes.
    package func json(reporter: String, instance: String) -> JSON {
        [
            "metadata": ["generateName": .string(namePrefix)],
            "eventTime": .string(time.micro), "type": isWarning ? "Warning" : "Normal", "reason": .string(reason),
            "action": .string(action), "note": .string(boundedNote), "regarding": regarding.json,
            "reportingController": .string(reporter), "reportingInstance": .string(instance),
        ]
    }

    /// The server takes nothing in front that would be no name by itself, but for one dash at its end.
    private var namePrefix: String {
        var name = regarding.name.prefix(200)
        while let last = name.last, !last.isLetter, !last.isNumber { name.removeLast() }
        return name + "-"
    }

    private var boundedNote: String {
        var scalars = note.unicodeScalars[...]
        while String(scalars).utf8.count > Self.maximumNoteBytes {
            scalars = scalars.prefix(min(scalars.count - 1, Self.maximumNoteBytes))
        }
        return String(scalars)
    }
}
