import JSON
import Kubernetes

extension ControlPlane {
    /// Server-side apply: what the object becomes, with its owners. Fields that the manager applied before and leaves
    /// out now go, unless others own them too.
    ///
    /// - Throws: the conflicts, unless `force` takes the fields over.
    func applied(
        _ config: JSON, to live: JSON?, of resource: APIResource, by manager: ManagedFields.Manager, force: Bool
    ) throws(Refusal) -> JSON {
        var owners = ManagedFields(live?[at: "metadata", "managedFields"])
        let wanted = FieldValues(config, of: resource)
        let present = live.map { FieldValues($0, of: resource) }?.values ?? [:]
        let changed = Set(wanted.values.filter { Self.changes(present, $0.key, to: $0.value) }.keys)
        let conflicts = owners.owners(of: changed, except: manager)
        if !conflicts.isEmpty, !force { throw Self.applyConflict(conflicts) }
        let left = owners.fields(of: manager).paths.subtracting(wanted.paths)
        owners.take(changed) { $0 != manager }
        owners.set(wanted.paths, of: manager, at: now)
        var object = (live ?? .object(JSONObject())).grown(by: config, in: resource)
        // Items go before their members, by which they are found.
        for path in left.sorted(by: { $0.count < $1.count }) where !owners.isOwned(path) {
            object = object.removing(path[...])
        }
        object[at: "metadata", "managedFields"] = owners.json
        return object
    }

    /// An object without members asks for nothing but that there be one.
    private static func changes(_ present: [FieldSet.Path: JSON], _ path: FieldSet.Path, to value: JSON) -> Bool {
        if value.object?.isEmpty ?? false, present.keys.contains(where: { $0.starts(with: path) }) { return false }
        return present[path] != value
    }

    private static func applyConflict(
        _ conflicts: [(manager: ManagedFields.Manager, paths: [FieldSet.Path])]
    ) -> Refusal {
        let causes = conflicts.flatMap { owner in
            owner.paths.map {
                RefusalCause("FieldManagerConflict", "conflict with \(owner.manager.text)", field: FieldSet.text($0))
            }
        }
        let list = causes.map { "\($0.message): \($0.field)" }.joined(separator: "\n")
        let count = causes.count == 1 ? "1 conflict" : "\(causes.count) conflicts"
        return Refusal(
            409, "Conflict", "Apply failed with \(count): \(list)", details: ["causes": .array(causes.map(\.json))])
    }
}
