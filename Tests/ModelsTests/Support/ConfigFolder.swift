import Foundation
import JSON
import Models
import Weights

/// A fixture with some fields of its config changed: a folder of links to its weights and a config of its own.
final class ConfigFolder {
    private let folder: URL

    /// - Parameter changes: fields to set, or (nil) to leave out. A dot leads into `rope_parameters`.
    init(_ fixture: Fixture, _ changes: [(String, JSON?)]) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let files = try FileManager.default.contentsOfDirectory(atPath: fixture.path)
        for file in files where file.contains("safetensors") {
            let source = URL(fileURLWithPath: fixture.path + "/" + file).resolvingSymlinksInPath()
            try FileManager.default.createSymbolicLink(
                at: folder.appendingPathComponent(file), withDestinationURL: source)
        }
        let config = try Data(contentsOf: URL(fileURLWithPath: fixture.path + "/config.json"))
        guard var object = try JSON.parse(Array(config)).object else { return }
        for (path, value) in changes {
            ConfigFolder.set(path.split(separator: ".").map(String.init), value, in: &object)
        }
        try Data(JSON.object(object).serialized().utf8).write(to: folder.appendingPathComponent("config.json"))
    }

    func checkpoint() throws -> Checkpoint { try Checkpoint.open(folder.path) }

    private static func set(_ path: [String], _ value: JSON?, in object: inout JSONObject) {
        if path.count == 1 {
            object[path[0]] = value
        } else {
            var inner = object[path[0]]?.object ?? JSONObject()
            set(Array(path.dropFirst()), value, in: &inner)
            object[path[0]] = .object(inner)
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}
