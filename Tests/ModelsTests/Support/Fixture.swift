import Foundation
import JSON
import Models
import TestSupport
import Testing
import Weights

/// A small checkpoint made by Oracles/Models with the logits transformers gives for it.
struct Fixture: CustomTestStringConvertible {
    static let all = ["llama", "llama-tied", "mistral", "qwen2", "qwen3"].map(Fixture.init)

    let name: String

    var testDescription: String { name }
    var path: String { TestData.packageRoot.appendingPathComponent("Oracles/Models/\(name)").path }

    func checkpoint() throws -> Checkpoint { try Checkpoint.open(path) }
    func model() throws -> Model { try Model.load(checkpoint()) }

    func tokens() throws -> [Int32] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path + "/oracle.json"))
        let tokens = try JSON.parse(Array(bytes))["tokens"]?.array ?? []
        return tokens.compactMap { $0.int.map(Int32.init) }
    }

    /// One row for each token.
    func logits(width: Int) throws -> [[Float]] {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path + "/logits.f32")))
        let values = stride(from: 0, to: bytes.count, by: 4).map { offset in
            Float(bitPattern: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) })
        }
        return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    }
}
