import Foundation
import JSON
import TestSupport
import Testing
import Yams

/// The committed files of an installation, read as kubectl reads them.
enum DeployFiles {
    static let folder = TestData.packageRoot.appendingPathComponent("deploy")

    /// The documents of a file, in their order.
    static func documents(_ path: String) throws -> [JSON] { try documents(at: folder.appendingPathComponent(path)) }

    static func documents(at file: URL) throws -> [JSON] {
        let nodes = try Yams.compose_all(yaml: try String(contentsOf: file, encoding: .utf8))
        return Array(nodes).map(json).filter { $0 != .string("") }
    }

    /// All objects of `deploy/base`, with the folders that it names.
    static func base() throws -> [JSON] {
        try resources("base").flatMap { path in
            let isFolder = path.hasPrefix("../")
            return isFolder
                ? try resources(String(path.dropFirst(3))).flatMap { try documents("crds/\($0)") }
                : try documents("base/\(path)")
        }
    }

    /// What a folder's kustomization names.
    static func resources(_ name: String) throws -> [String] {
        let kustomization = try #require(try documents("\(name)/kustomization.yaml").first)
        return (kustomization["resources"]?.array ?? []).compactMap(\.string)
    }

    /// A number or a truth value stays one; everything else is text.
    static func json(_ node: Node) -> JSON {
        switch node {
        case .mapping(let mapping): .object(JSONObject(mapping.map { ($0.key.string ?? "", json($0.value)) }))
        case .sequence(let sequence): .array(sequence.map(json))
        case .scalar(let scalar) where scalar.style != .plain: .string(scalar.string)
        default: node.int.map { .int($0) } ?? node.bool.map { .bool($0) } ?? .string(node.string ?? "")
        }
    }
}

extension JSON {
    var kind: String { self["kind"]?.string ?? "" }
    var name: String { self["metadata"]?["name"]?.string ?? "" }
    /// Of the pods of a Deployment.
    var podSpec: JSON { self["spec"]?["template"]?["spec"] ?? .null }
    var container: JSON { podSpec["containers"]?.array?.first ?? .null }
    var podLabels: [String: String] { self["spec"]?["template"]?["metadata"]?.texts("labels") ?? [:] }

    /// The texts of a member that is an object.
    func texts(_ key: String) -> [String: String] {
        var texts: [String: String] = [:]
        for (key, value) in self[key]?.object ?? JSONObject() { texts[key] = value.string }
        return texts
    }

    func items(_ key: String) -> [JSON] { self[key]?.array ?? [] }
}
