import Foundation
import JSON
import Kubernetes
import TestSupport
import Testing

/// Recorded traffic of a real API server.
enum Recorded {
    /// A watch's lines, with the milliseconds at which they came.
    static func watch(_ path: String) throws -> [(atMs: Int64, type: String, object: JSON)] {
        let lines = try TestData.bytes("kubernetes/\(path).jsonl").split(separator: 0x0A).map {
            try JSON.parse(Array($0))
        }
        let times = try JSON.parse(try TestData.bytes("kubernetes/\(path).times.json"))
        let seconds = try #require(times["secondsFromStart"]?.array)
        return zip(lines, seconds).map { line, second in
            let milliseconds = ((second.double ?? second.int.map(Double.init) ?? 0) * 1000).rounded()
            return (Int64(milliseconds), line["type"]?.string ?? "", line["object"] ?? .null)
        }
    }

    /// The pods of a scenario as they change; those that the recordings call workers have our labels.
    static func pods(_ path: String) throws -> [(atMs: Int64, change: Change<Pod>)] {
        var store = ObjectStore<Pod>()
        return try watch(path).flatMap { line -> [(atMs: Int64, change: Change<Pod>)] in
            guard line.type != "BOOKMARK" else { return [] }
            let pod = try Pod(lent(line.object))
            let changes = line.type == "DELETED" ? store.remove(pod) : store.put(pod)
            return changes.map { (line.atMs, $0) }
        }
    }

    static func lent(_ json: JSON) -> JSON {
        guard json["metadata"]?["labels"]?["gleaner.dev/worker"]?.string == "true" else { return json }
        var (object, metadata) = (json.object ?? JSONObject(), json["metadata"]?.object ?? JSONObject())
        metadata["labels"] = ["gleaner.dev/role": "worker", "gleaner.dev/pool": "p", "gleaner.dev/model": "m"]
        object["metadata"] = .object(metadata)
        return .object(object)
    }

    static func paths(_ folder: String, _ suffix: String) -> [String] {
        let root = TestData.folder.appendingPathComponent("kubernetes/\(folder)").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.filter { $0.hasSuffix(suffix) }.sorted().map { "\(folder)/\($0.dropLast(6))" }
    }

    /// All objects that the recordings hold of one kind.
    static func objects(_ kind: String) throws -> [JSON] {
        let root = TestData.folder.appendingPathComponent("kubernetes").path
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []
        var all: [JSON] = []
        for name in names.sorted() where name.hasSuffix(".jsonl") {
            let lines = try TestData.bytes("kubernetes/\(name)").split(separator: 0x0A)
            all += try lines.compactMap { try JSON.parse(Array($0))["object"] }.filter { $0["kind"]?.string == kind }
        }
        return all.filter { $0["metadata"]?["uid"] != nil }
    }
}
