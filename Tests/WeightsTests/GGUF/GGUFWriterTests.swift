import TestSupport
import Testing
import Weights

@Suite struct GGUFWriterTests {
    let folder: TemporaryFolder
    let plans = [GGUFTensorPlan("a", .f32, [2, 3]), GGUFTensorPlan("b", .q8_0, [2, 64])]

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func streamsTensorsInParts() throws {
        let path = folder.path + "/model.gguf"
        let values = (0..<128).map { Float($0) - 64 }
        var writer = try GGUFWriter(path: path, metadata: [("k", .bool(true))], tensors: plans)
        try writer.write(floats: [1, 2])
        try writer.write(TensorType.f32.encode([3, 4, 5, 6]))
        try writer.write(floats: Array(values[..<64]))
        try writer.write([])
        try writer.write(floats: Array(values[64...]))
        #expect(folder.names == ["model.gguf.partial"])
        try writer.finish()
        #expect(folder.names == ["model.gguf"])
        let checkpoint = try Checkpoint.open(path)
        #expect(checkpoint.path == path && checkpoint.tensorNames == ["a", "b"])
        #expect(try checkpoint.tensor("a").floats() == [1, 2, 3, 4, 5, 6])
        #expect(try checkpoint.tensor("b").withBytes { Array($0) } == TensorType.q8_0.encode(values))
    }

    /// The streamed file and the image in memory are the same bytes.
    @Test func fileEqualsImage() throws {
        let contents = try [TensorType.f32.encode([1, 2, 3, 4, 5, 6]), [UInt8](repeating: 9, count: 136)]
        var writer = try GGUFWriter(path: folder.path + "/m", metadata: [], tensors: plans)
        for content in contents { try writer.write(content) }
        try writer.finish()
        let written = try MappedBytes(path: folder.path + "/m")
        #expect(try Array(written.bytes) == GGUFWriter.image(metadata: [], tensors: plans, contents: contents))
    }

    @Test func anUnfinishedFileIsRemoved() throws {
        try folder.write("m", "the model that was there")
        let path = folder.path + "/m"
        let error = #expect(throws: WeightsError.self) {
            var writer = try GGUFWriter(path: path, metadata: [], tensors: plans)
            try writer.write(floats: [1, 2, 3])
            try writer.finish()
        }
        #expect(error?.field == "tensor 'a'")
        #expect(folder.names == ["m"])
        #expect(try MappedBytes(path: folder.path + "/m").bytes.count == 24)
    }

    @Test func refusesWhatTheReaderWouldRefuse() throws {
        let path = folder.path + "/m"
        let twice = [GGUFTensorPlan("a", .f32, [1]), GGUFTensorPlan("a", .f32, [1])]
        let wrong: [([(String, GGUFValue)], [GGUFTensorPlan])] = [
            ([], twice), ([("k", .bool(true)), ("k", .bool(false))], []), ([("general.alignment", .uint32(5))], []),
            ([], [GGUFTensorPlan("a", .q8_0, [33])]), ([], [GGUFTensorPlan("a", .f32, [0])]),
            ([], [GGUFTensorPlan("a", .f32, [1, 1, 1, 1, 1])]), ([], [GGUFTensorPlan("a", .f32, [.max, 2])]),
            ([], [GGUFTensorPlan("", .f32, [1])]), ([("", .bool(true))], []),
        ]
        for (metadata, tensors) in wrong {
            #expect(throws: WeightsError.self) { try GGUFLayout(metadata: metadata, tensors: tensors) }
        }
        #expect(throws: WeightsError.self) {
            _ = try GGUFWriter(path: folder.path + "/absent/m", metadata: [], tensors: [])
        }
        var writer = try GGUFWriter(path: path, metadata: [], tensors: [GGUFTensorPlan("k", .q4_K, [256])])
        let accepted = [
            writer.accepts(floats: [Float](repeating: 0, count: 256)),
            writer.accepts([UInt8](repeating: 0, count: 145)),
            writer.accepts([UInt8](repeating: 0, count: 144)),
            writer.accepts([0]),
            writer.accepts(floats: [0]),
        ]
        #expect(accepted == [false, false, true, false, false])
        try writer.finish()
    }
}

extension GGUFWriter {
    // `#expect` cannot capture a noncopyable writer.
    fileprivate mutating func accepts(_ bytes: [UInt8]) -> Bool { (try? write(bytes)) != nil }
    fileprivate mutating func accepts(floats: [Float]) -> Bool { (try? write(floats: floats)) != nil }
}
