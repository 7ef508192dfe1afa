import Foundation
import Node
import TestSupport
import Testing
import Weights

@Suite struct QuantizationTests {
    /// A GGUF file with one matrix for each (type, rows), and a vector that must not count.
    private func checkpoint(fileType: UInt32?, _ matrices: [(TensorType, Int)]) throws -> Checkpoint {
        var plans = [GGUFTensorPlan("norm", .f32, [256])]
        var contents = [[UInt8](repeating: 0, count: 1024)]
        for (number, (type, rows)) in matrices.enumerated() {
            plans.append(GGUFTensorPlan("m\(number)", type, [rows, 256]))
            contents.append([UInt8](repeating: 0, count: try #require(type.byteCount(shape: [rows, 256]))))
        }
        let metadata = fileType.map { [("general.file_type", GGUFValue.uint32($0))] } ?? []
        let image = try GGUFWriter.image(metadata: metadata, tensors: plans, contents: contents)
        return try Checkpoint.gguf(image.withUnsafeBytes { MappedBytes(copying: $0, name: "test.gguf") })
    }

    @Test(arguments: TensorType.allCases)
    func oneTypeHasItsName(type: TensorType) throws {
        let names: [TensorType: String] = [.f32: "fp32", .f16: "fp16", .bf16: "bf16", .q8_0: "q8_0", .q6_K: "q6_k"]
        let name = try checkpoint(fileType: nil, [(type, 4), (type, 2)]).quantization
        #expect(name == names[type] ?? type.name.lowercased())
    }

    /// A file's word counts only where its weights bear it out.
    @Test func mixturesHaveTheFilesName() throws {
        let mixture: [(TensorType, Int)] = [(.q4_K, 20), (.q6_K, 6)]
        #expect(try checkpoint(fileType: 15, mixture).quantization == "q4_k_m")
        #expect(try checkpoint(fileType: 14, mixture).quantization == "q4_k_s")
        #expect(try checkpoint(fileType: nil, mixture).quantization == nil)
        #expect(try checkpoint(fileType: 7, mixture).quantization == nil, "q8_0 it is not")
        #expect(try checkpoint(fileType: 9999, mixture).quantization == nil)
        #expect(try checkpoint(fileType: 15, [(.q8_0, 4)]).quantization == "q8_0")
        #expect(try checkpoint(fileType: 15, []).quantization == nil)
    }

    @Test(arguments: [("llama", "fp32"), ("qwen2", "bf16"), ("mistral", "bf16"), ("llama-tied", "fp16")])
    func directoriesHaveTheNameOfTheirTensors(model: String, name: String) throws {
        let path = TestData.packageRoot.appendingPathComponent("Oracles/Models/\(model)").path
        #expect(try Checkpoint.open(path).quantization == name)
    }
}
