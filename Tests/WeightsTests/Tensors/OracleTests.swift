import Foundation
import JSON
import TestSupport
import Testing
import Weights

/// Files and numbers made by the reference packages (Oracles/Weights/make_fixtures.py).
@Suite struct OracleTests {
    static let folder = TestData.packageRoot.appendingPathComponent("Oracles/Weights")

    private let checkpoint: Checkpoint
    private let expected: JSONObject

    init() throws {
        checkpoint = try Checkpoint.open(Self.folder.appendingPathComponent("types.gguf").path)
        let text = try Data(contentsOf: Self.folder.appendingPathComponent("types.json"))
        expected = try #require(try JSON.parse(Array(text)).object)
    }

    private func floats(_ value: JSON?) -> [Float]? {
        value?.array?.compactMap(\.int).map { Float(bitPattern: UInt32($0)) }
    }

    @Test func weightsDecodeAsTheReferenceDecodes() throws {
        #expect(Set(checkpoint.tensorNames) == Set(expected.keys) && expected.count == 10)
        for (name, fields) in expected {
            let tensor = try checkpoint.tensor(name)
            let decoded = try #require(floats(fields["decoded"]))
            #expect(tensor.type.name == fields["type"]?.string)
            #expect(tensor.shape == fields["shape"]?.array?.compactMap(\.int))
            #expect(tensor.withBytes { $0.map(Int.init) } == fields["stored"]?.array?.compactMap(\.int))
            let ours = try tensor.floats()
            #expect(ours.map(\.bitPattern) == decoded.map(\.bitPattern), "\(name)")
        }
    }

    @Test func rowsAreTheRowsOfTheWhole() throws {
        for name in checkpoint.tensorNames {
            let tensor = try checkpoint.tensor(name)
            let whole = try tensor.floats()
            let columns = tensor.shape[1]
            for row in 0..<tensor.shape[0] {
                var target = [Float](repeating: .nan, count: columns)
                target.withUnsafeMutableBufferPointer { tensor.floats(row: row, into: $0) }
                #expect(target == Array(whole[row * columns..<(row + 1) * columns]), "\(name)")
            }
        }
    }

    @Test func encodersRoundAsTheReferenceRounds() throws {
        var encoded = 0
        for (name, fields) in expected {
            guard let source = floats(fields["source"]) else { continue }
            let type = try checkpoint.tensor(name).type
            let ours = try type.encode(source).map(Int.init)
            #expect(ours == fields["stored"]?.array?.compactMap(\.int), "\(name)")
            encoded += 1
        }
        #expect(encoded == 5)
    }

    @Test func metadataOfEveryType() throws {
        let metadata = checkpoint.metadata
        #expect(try metadata.string("general.architecture") == "fixture")
        #expect(metadata["general.alignment"] == .uint32(64))
        #expect(metadata["value.uint8"] == .uint8(200) && metadata["value.int8"] == .int8(-100))
        #expect(metadata["value.uint16"] == .uint16(60000) && metadata["value.int16"] == .int16(-30000))
        #expect(metadata["value.uint32"] == .uint32(4_000_000_000))
        #expect(metadata["value.int32"] == .int32(-2_000_000_000))
        #expect(metadata["value.float32"] == .float32(0.1) && metadata["value.float64"] == .float64(0.1))
        #expect(metadata["value.uint64"] == .uint64(1 << 63 + 1) && metadata["value.int64"] == .int64(.min))
        #expect(metadata["value.bool"] == .bool(true) && metadata["value.string"] == .string("Grüße, 世界 👋"))
        #expect(try metadata.strings("array.strings") == ["", "a", "Ġthe", "<0x0A>", "日本"])
        #expect(try metadata.ints("array.ints") == [1, -2, 3] && metadata.floats("array.floats") == [0.5, -1.25])
        #expect(try metadata.bools("array.bools") == [true, false, true])
    }

    @Test func shardsOfTheReferenceWriter() throws {
        let checkpoint = try Checkpoint.open(Self.folder.appendingPathComponent("shards").path)
        #expect(Set(checkpoint.tensorNames) == ["first", "half", "second", "ids", "empty", "scalar"])
        #expect(try checkpoint.tensor("first").floats() == [0, 0.125, 0.25, 0.375, 0.5, 0.625])
        #expect(try checkpoint.tensor("first").shape == [2, 3] && checkpoint.tensor("half").floats() == [1.5, -2])
        #expect(try checkpoint.tensor("second").floats() == [0, 1, 2, 3])
        #expect(try checkpoint.tensor("empty").shape == [0, 4] && checkpoint.tensor("scalar").floats() == [0.25])
        #expect(throws: WeightsError.self) { try checkpoint.tensor("ids") }
    }
}
