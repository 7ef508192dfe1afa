import Harvest
import JSON
import Testing

/// What `deploy/examples` shows can be used as it is.
@Suite struct ExampleTests {
    private static func spec(_ name: String) throws -> (name: String, spec: JSON) {
        let object = try #require(try DeployFiles.documents("examples/\(name).yaml").first)
        #expect(object["apiVersion"]?.string == CustomResource.apiVersion)
        return (object.name, try #require(object["spec"]))
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

    /// The first try needs nothing but accelerators: no weights, and the volume that it names.
    @Test func theTry() throws {
        let objects = try DeployFiles.documents("examples/try.yaml")
        let (poolObject, modelObject) = try (#require(objects.first), #require(objects.dropFirst().first))
        let pool = try GPUPool(name: poolObject.name, spec: try #require(poolObject["spec"]))
        #expect(pool.mode == .harvest && pool.limits.most(of: 2) == 2)
        let model = try ServedModel(name: modelObject.name, spec: try #require(modelObject["spec"]))
        #expect(model.flags.first == "--simulate" && model.minimumWarm == 2)
        guard case .volume(let claim, _) = model.source else {
            Issue.record("the try fetches weights")
            return
        }
        #expect(objects.contains { $0.kind == "PersistentVolumeClaim" && $0.name == claim })
    }
}
