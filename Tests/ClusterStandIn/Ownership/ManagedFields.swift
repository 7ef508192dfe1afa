package import JSON
import Kubernetes

/// Who set which fields of an object (`metadata.managedFields`).
package struct ManagedFields: Sendable, Equatable {
    /// One who sets fields: the same program counts anew for each way and each part.
    package struct Manager: Sendable, Hashable {
        package var name: String
        package var isApplier: Bool
        package var apiVersion: String
        /// Empty = the main part.
        package var subresource: String

        package init(name: String, isApplier: Bool, apiVersion: String, subresource: String = "") {
            self.name = name
            self.isApplier = isApplier
            self.apiVersion = apiVersion
            self.subresource = subresource
        }

        /// As messages call it.
        var text: String {
            let part = subresource.isEmpty ? "" : " with subresource \"\(subresource)\""
            return "\"\(name)\"\(part)\(isApplier ? "" : " using \(apiVersion)")"
        }
    }

    private struct Entry: Sendable, Equatable {
        var manager: Manager
        var time: String
        var fields: FieldSet
    }

    private var entries: [Entry]

    package init(_ json: JSON?) {
        entries = (json?.array ?? []).map { entry in
            Entry(
                manager: Manager(
                    name: entry["manager"]?.string ?? "", isApplier: entry["operation"]?.string == "Apply",
                    apiVersion: entry["apiVersion"]?.string ?? "", subresource: entry["subresource"]?.string ?? ""),
                time: entry["time"]?.string ?? "", fields: FieldSet(entry["fieldsV1"]))
        }
    }

    package var json: JSON {
        .array(
            entries.map { entry in
                var object = JSONObject([
                    ("manager", .string(entry.manager.name)),
                    ("operation", entry.manager.isApplier ? "Apply" : "Update"),
                    ("apiVersion", .string(entry.manager.apiVersion)), ("time", .string(entry.time)),
                    ("fieldsType", "FieldsV1"), ("fieldsV1", entry.fields.json),
                ])
                if !entry.manager.subresource.isEmpty { object["subresource"] = .string(entry.manager.subresource) }
                return .object(object)
            })
    }

    /// What somebody owns.
    package func fields(of manager: Manager) -> FieldSet {
        entries.first { $0.manager == manager }?.fields ?? FieldSet()
    }

    /// The fields among `paths` that others own, by owner.
    func owners(of paths: Set<FieldSet.Path>, except manager: Manager) -> [(manager: Manager, paths: [FieldSet.Path])] {
        entries.filter { $0.manager != manager }.compactMap { entry in
            let owned = entry.fields.paths.intersection(paths)
            return owned.isEmpty ? nil : (entry.manager, owned.sorted { FieldSet.text($0) < FieldSet.text($1) })
        }
    }

    /// Whether somebody owns this field or something in it.
    func isOwned(_ path: FieldSet.Path) -> Bool {
        entries.contains { $0.fields.paths.contains { $0.starts(with: path) } }
    }

    /// Somebody owns these fields, besides what it had.
    mutating func add(_ paths: Set<FieldSet.Path>, to manager: Manager, at time: Timestamp) {
        if !paths.isEmpty { set(fields(of: manager).paths.union(paths), of: manager, at: time) }
    }

    /// Somebody owns exactly these fields.
    mutating func set(_ paths: Set<FieldSet.Path>, of manager: Manager, at time: Timestamp) {
        guard let place = entries.firstIndex(where: { $0.manager == manager }) else {
            if !paths.isEmpty {
                entries.append(Entry(manager: manager, time: time.seconds, fields: FieldSet(paths)))
            }
            return
        }
        guard entries[place].fields.paths != paths else { return }
        entries[place] = Entry(manager: manager, time: time.seconds, fields: FieldSet(paths))
        if paths.isEmpty { entries.remove(at: place) }
    }

    /// The others lose these fields.
    mutating func take(_ paths: Set<FieldSet.Path>, from isLoser: (Manager) -> Bool) {
        for place in entries.indices where isLoser(entries[place].manager) {
            entries[place].fields.paths.subtract(paths)
        }
        entries.removeAll { $0.fields.paths.isEmpty }
    }

    /// Notes an update: who changes a field takes it over, and what is gone belongs to nobody.
    mutating func note(
        _ manager: Manager, from old: JSON?, to new: JSON, of resource: APIResource, at time: Timestamp
    ) {
        let before = old.map { FieldValues($0, of: resource) }?.values ?? [:]
        let after = FieldValues(new, of: resource).values
        let changed = Set(after.filter { before[$0.key] != $0.value }.keys)
        let gone = Set(before.keys.filter { after[$0] == nil })
        take(changed.union(gone)) { $0 != manager }
        take(gone) { $0 == manager }
        add(changed, to: manager, at: time)
    }
}
