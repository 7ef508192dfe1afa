import Foundation
import Harvest
import JSON
import TestSupport
import Testing
import Yams

/// What `deploy/examples` shows can be used as it is.
@Suite struct ExampleTests {
    private static func spec(_ name: String) throws -> (name: String, spec: JSON) {
        let file = TestData.packageRoot.appendingPathComponent("deploy/examples/\(name).yaml")
        let root = try #require(try Yams.compose(yaml: try String(contentsOf: file, encoding: .utf8)))
        let object = json(root)
        #expect(object["apiVersion"]?.string == CustomResource.apiVersion)
        return (try #require(object["metadata"]?["name"]?.string), try #require(object["spec"]))
    }

    private static func json(_ node: Node) -> JSON {
        switch node {
        case .mapping(let mapping):
            .object(JSONObject(mapping.map { ($0.key.string ?? "", json($0.value)) }))
        case .sequence(let sequence): .array(sequence.map(json))
        default: node.int.map { .int($0) } ?? node.bool.map { .bool($0) } ?? .string(node.string ?? "")
        }
    }

    @Test func thePool() throws {
        let (name, spec) = try Self.spec("pool")
        let pool = try GPUPool(name: name, spec: spec)
        #expect(pool.mode == .observe && pool.selects(labels: ["gleaner.dev/harvest": "true"]))
        #expect(!pool.selects(labels: [:]) && pool.limits.most(of: 8) == 6)
    }

    @Test func theModel() throws {
        let (name, spec) = try Self.spec("model")
        let model = try ServedModel(name: name, spec: spec)
        #expect(model.minimumWarm == 1 && model.expected.loadMs == 40_000)
    }
}
