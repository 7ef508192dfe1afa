import Testing
import Weights

/// Models in several files.
@Suite struct GGUFSplitTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Writes part `part` of `count`, with one tensor, and returns its path.
    @discardableResult
    private func write(
        _ part: UInt16, of count: UInt16, tensor: String, total: Int32 = 3, name: String? = nil
    ) throws -> String {
        let image = try GGUFWriter.image(
            metadata: [
                ("split.no", .uint16(part)), ("split.count", .uint16(count)), ("split.tensors.count", .int32(total)),
            ],
            tensors: [GGUFTensorPlan(tensor, .f32, [1])], contents: [TensorType.f32.encode([Float(part)])])
        return try folder.write(name ?? "m-0000\(part + 1)-of-0000\(count).gguf", image)
    }

    @Test func partsAreJoined() throws {
        let path = try write(0, of: 3, tensor: "a")
        try write(1, of: 3, tensor: "b")
        try write(2, of: 3, tensor: "c")
        for path in [path, folder.path] {
            let checkpoint = try Checkpoint.open(path)
            #expect(checkpoint.tensorNames == ["a", "b", "c"])
            #expect(try checkpoint.tensor("c").floats() == [2])
        }
    }

    @Test func partsMustFit() throws {
        let path = try write(0, of: 3, tensor: "a")
        func failure() throws -> WeightsError {
            try #require(throws: WeightsError.self) { try Checkpoint.open(path) }
        }
        #expect(try failure().file.hasSuffix("m-00002-of-00003.gguf"))
        try write(1, of: 3, tensor: "b")
        try write(2, of: 3, tensor: "a")
        #expect(try failure().problem == .duplicate)
        try write(1, of: 3, tensor: "c", name: "m-00003-of-00003.gguf")
        #expect(try failure().field == "metadata 'split.no'")
        try write(2, of: 4, tensor: "c", name: "m-00003-of-00003.gguf")
        #expect(try failure().field == "metadata 'split.count'")
        try write(2, of: 3, tensor: "c")
        try write(0, of: 3, tensor: "a", total: 4)
        #expect(try failure().field == "metadata 'split.tensors.count'")
    }

    @Test func onlyTheFirstPartOpens() throws {
        let second = try write(1, of: 3, tensor: "b")
        let renamed = try write(0, of: 3, tensor: "a", name: "renamed.gguf")
        for path in [second, renamed] {
            let error = try #require(throws: WeightsError.self) { try Checkpoint.open(path) }
            #expect(error.description.contains("'-00001-of-00003.gguf'"))
        }
    }
}
