import JSON
import Kubernetes
import TestSupport

/// An API server without a network: one history of revisions, of which the oldest are forgotten.
struct HistoryServer {
    private struct Entry {
        let revision: Int
        let event: WatchEvent<GenericObject>
    }

    private(set) var objects: [String: GenericObject] = [:]
    private(set) var revision = 100
    private var history: [Entry] = []
    private var oldest = 100
    /// Continue tokens: the names that are left, and the revision.
    private var lists: [String: (objects: [GenericObject], revision: Int)] = [:]

    /// Something is created, changed or deleted.
    mutating func change(using generator: inout SeededGenerator) throws {
        revision += 1
        let name = "o\(Int.random(in: 0..<6, using: &generator))"
        let event: WatchEvent<GenericObject>
        if let old = objects[name], Bool.random(using: &generator) {
            objects[name] = nil
            event = .deleted(try Sample.object(name, uid: old.metadata.uid, version: revision))
        } else {
            let old = objects[name]
            let object = try Sample.object(name, uid: old?.metadata.uid ?? "uid-\(revision)", version: revision)
            objects[name] = object
            event = old == nil ? .added(object) : .modified(object)
        }
        history.append(Entry(revision: revision, event: event))
    }

    /// Everything before now is forgotten.
    mutating func compact() { (history, oldest, lists) = ([], revision, [:]) }

    mutating func page(limit: Int, continueToken: String?) throws(KubernetesError) -> ListPage<GenericObject> {
        let list: (objects: [GenericObject], revision: Int)
        if let continueToken {
            guard let known = lists[continueToken] else { throw Self.expired }
            list = known
        } else {
            list = (objects.values.sorted { $0.metadata.name < $1.metadata.name }, revision)
        }
        var page = ListPage(objects: Array(list.objects.prefix(limit)), resourceVersion: String(list.revision))
        if list.objects.count > limit {
            let token = "\(list.revision)-\(list.objects[limit].metadata.name)"
            lists[token] = (Array(list.objects.dropFirst(limit)), list.revision)
            page.continueToken = token
        }
        return page
    }

    /// What has happened since a revision.
    func events(from version: String) throws(KubernetesError) -> [WatchEvent<GenericObject>] {
        guard let from = Int(version), from >= oldest else { throw Self.expired }
        return history.filter { $0.revision > from }.map(\.event)
    }

    static let expired: KubernetesError = {
        let text = #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}"#
        guard case .failed(let status)? = try? Array(text.utf8).withUnsafeBytes({ try WatchEvent<Pod>(line: $0) })
        else {
            return .malformed("the test's own error")
        }
        return .refused(status)
    }()
}
