import ModelStore
import ScriptedServer
import Testing
import Weights

/// A model in several GGUF files, from the hub to its tensors and out of the store again.
@Suite(.timeLimit(.minutes(10))) struct SplitModelTests {
    private static let names = (1...3).map { "m-Q8_0-0000\($0)-of-00003.gguf" }

    /// Real files, as gguf-split makes them: the folder of the hub is not part of their names.
    private func parts() throws -> [String: [UInt8]] {
        let images = try (0..<3).map { part -> (String, [UInt8]) in
            let image = try GGUFWriter.image(
                metadata: [
                    ("split.no", .uint16(UInt16(part))), ("split.count", .uint16(3)),
                    ("split.tensors.count", .int32(3)),
                ],
                tensors: [GGUFTensorPlan("tensor.\(part)", .f32, [256])],
                contents: [TensorType.f32.encode([Float](repeating: Float(part), count: 256))])
            return ("Q8_0/" + Self.names[part], image)
        }
        return Dictionary(uniqueKeysWithValues: images)
    }

    @Test func itIsPulledListedOpenedAndRemoved() async throws {
        try await PullRun.with(ScriptedHub(try parts())) { run in
            let manifest = try await run.pull()
            #expect(manifest.name.description == "Owner/Model:Q8_0" && manifest.files.map(\.name) == Self.names)
            let listed = try run.store.list()
            #expect(listed.models == [manifest] && listed.problems.isEmpty)
            #expect(try manifest.size == parts().values.reduce(0) { $0 + $1.count })
            for typed in ["model", "Owner/Model", "Model:q8_0"] {
                let found = try run.store.resolve(typed, environment: [:])
                #expect(found.path.hasSuffix("/" + Self.names[0]) && found.title == "Owner/Model:Q8_0")
                let checkpoint = try Checkpoint.open(found.path)
                #expect(checkpoint.tensorNames == ["tensor.0", "tensor.1", "tensor.2"])
                #expect(try checkpoint.tensor("tensor.2").floats().allSatisfy { $0 == 2 })
            }
            #expect(try run.store.remove(manifest.name) == manifest.size)
            #expect(run.names(in: run.store.places.blobs) == [] && run.names(in: run.store.places.models) == [])
        }
    }

    @Test func aPullThatEndsInTheSecondFileGoesOnThere() async throws {
        let whole: @Sendable (ScriptedRequest, [UInt8]) -> ScriptedResponse = ScriptedHub.whole
        let hub = ScriptedHub(try parts(), script: [whole, ScriptedHub.cut(after: 500)])
        try await PullRun.with(hub) { run in
            await #expect(throws: PullError.self) { try await run.pull { $0.maximumFailures = 1 } }
            #expect(try run.store.list().models.isEmpty, "two of three files are no model")
            _ = try await run.pull()
            let fetched = run.fileRequests.map { $0.path.split(separator: "/").last.map(String.init) ?? "" }
            #expect(fetched == [Self.names[0], Self.names[1], Self.names[1], Self.names[2]])
            #expect(try #require(run.fileRequests[2].rangeStart) > 0)
            #expect(try Checkpoint.open(run.store.resolve("Model", environment: [:]).path).tensorNames.count == 3)
        }
    }

    /// Somebody deleted one of the files by hand.
    @Test func aMissingPartIsNoticedAndPulledAgain() async throws {
        try await PullRun.with(ScriptedHub(try parts())) { run in
            let manifest = try await run.pull()
            let folder = try run.store.resolve("Model", environment: [:]).path.dropLast(Self.names[0].count)
            try removeFile(folder + Self.names[1])
            #expect(throws: StoreError.self) { try run.store.resolve("Model", environment: [:]) }
            #expect(try run.store.list().problems.count == 1)
            #expect(try await run.pull().files == manifest.files)
            #expect(try Checkpoint.open(run.store.resolve("Model", environment: [:]).path).tensorNames.count == 3)
        }
    }
}
