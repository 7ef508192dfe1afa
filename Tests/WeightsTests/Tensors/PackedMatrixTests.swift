import CKernels
import Foundation
import TestSupport
import Testing
import Weights

@Suite struct PackedMatrixTests {
    private func tensor(_ type: TensorType, _ shape: [Int], _ values: [Float]) throws -> Tensor {
        let image = try GGUFWriter.image(
            metadata: [], tensors: [GGUFTensorPlan("w", type, shape)], contents: [type.encode(values)])
        return try Checkpoint.gguf(image).tensor("w")
    }

    /// The product of a packed matrix picks the same weights as the tensor: x = a unit vector reads a column.
    @Test(arguments: [TensorType.f32, .f16, .bf16, .q8_0, .q4_0], [1, 15, 16, 33])
    func holdsTheTensorsWeights(type: TensorType, rows: Int) throws {
        let columns = 64
        var random = SeededGenerator(seed: UInt64(rows))
        let source = (0..<rows * columns).map { _ in Float.random(in: -1...1, using: &random) }
        let tensor = try tensor(type, [rows, columns], source)
        let matrix = try PackedMatrix(tensor, pool: nil)
        #expect(matrix.rows == rows && matrix.columns == columns && matrix.type == type)
        #expect(matrix.byteCount >= tensor.byteCount)
        let weights = try tensor.floats()
        for column in [0, 17, 63] {
            var x = [Float](repeating: 0, count: columns)
            x[column] = 1
            let y = matrix.times(x)
            for row in 0..<rows { #expect(abs(y[row] - weights[row * columns + column]) <= 1e-6) }
        }
    }

    /// The same for every type of the reference's file, which has the types without an encoder.
    @Test func holdsTheReferencesWeights() throws {
        let checkpoint = try Checkpoint.open(OracleTests.folder.appendingPathComponent("types.gguf").path)
        for name in checkpoint.tensorNames {
            let tensor = try checkpoint.tensor(name)
            let weights = try tensor.floats()
            let matrix = try PackedMatrix(tensor, pool: nil)
            let largest = weights.map(abs).max() ?? 0
            for column in stride(from: 0, to: matrix.columns, by: 7) {
                var x = [Float](repeating: 0, count: matrix.columns)
                x[column] = 1
                let y = matrix.times(x)
                for row in 0..<matrix.rows {
                    #expect(abs(y[row] - weights[row * matrix.columns + column]) <= 1e-6 * largest, "\(name)")
                }
            }
        }
    }

    @Test func refusesWhatIsNoMatrix() throws {
        let vector = try tensor(.f32, [4], [1, 2, 3, 4])
        let error = try #require(throws: WeightsError.self) { try PackedMatrix(vector, pool: nil) }
        #expect(error.field == "tensor 'w' shape" && error.description.contains("[4]"))
        #expect(throws: WeightsError.self) {
            try PackedMatrix(tensor(.f32, [1, 2, 2], [1, 2, 3, 4]), pool: nil)
        }
    }
}

extension PackedMatrix {
    /// y = W x by the reference kernels.
    fileprivate func times(_ x: [Float]) -> [Float] {
        let kernels = gk_kernels_for(GK_ISA_SCALAR)
        let pool = gk_pool_create(1)
        defer { gk_pool_destroy(pool) }
        var y = [Float](repeating: .nan, count: rows)
        let size = gk_activations_bytes(type.kernelType, 1, columns)
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: max(size, 64), alignment: 64)
        defer { scratch.deallocate() }
        x.withUnsafeBufferPointer { x in
            var activations = gk_activations_prepare(
                kernels, pool, type.kernelType, x.baseAddress, 1, columns, scratch)
            withMatrix { matrix in
                var matrix = matrix
                gk_matmul(kernels, pool, &matrix, &activations, nil, &y, rows)
            }
        }
        return y
    }
}
