import JSON

/// Recorded requests in the identities and versions of the run that they are played in.
struct Replay {
    private var versions: [String: JSON] = [:]
    private var uids: [String: JSON] = [:]

    /// An answer of ours took the place of a recorded one.
    mutating func learn(_ recorded: JSON, _ answer: JSON) {
        if let version = recorded["metadata"]?["resourceVersion"]?.string {
            versions[version] = answer["metadata"]?["resourceVersion"]
        }
        if let uid = recorded["metadata"]?["uid"]?.string { uids[uid] = answer["metadata"]?["uid"] }
    }

    /// The request with our versions and identities where it names recorded ones.
    func translated(_ json: JSON) -> JSON {
        switch json {
        case .object(let object):
            return .object(
                JSONObject(
                    object.map { name, value in
                        switch (name, value.string) {
                        case ("resourceVersion", let text?): (name, versions[text] ?? value)
                        case ("uid", let text?): (name, uids[text] ?? value)
                        default: (name, translated(value))
                        }
                    }))
        case .array(let items): return .array(items.map(translated))
        default: return json
        }
    }

    private static let volatile: Set = [
        "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "lastTransitionTime",
    ]

    /// What a schema takes away and adds: the stand-in has none.
    private static let schema: Set = ["unknown", "grace"]

    /// A value without what differs from run to run, and without its owners, whose form differs.
    static func shape(_ json: JSON) -> JSON {
        switch json {
        case .object(let object):
            let kept = object.filter {
                $0.key != "managedFields" && !schema.contains($0.key) && !($0.key == "continue" && $0.value == "")
            }
            return .object(JSONObject(kept.map { ($0.key, volatile.contains($0.key) ? "*" : shape($0.value)) }))
        case .array(let items): return .array(items.map(shape))
        default: return json
        }
    }
}
