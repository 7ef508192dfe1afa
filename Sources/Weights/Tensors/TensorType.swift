package import CKernels

/// How the weights of a tensor are stored. Raw values are GGUF's.
package enum TensorType: UInt32, Sendable, CaseIterable {
    case f32 = 0
    case f16 = 1
    case q4_0 = 2
    case q5_0 = 6
    case q5_1 = 7
    case q8_0 = 8
    case q4_K = 12
    case q5_K = 13
    case q6_K = 14
    case bf16 = 30

    /// The kernels' name for the type.
    package var kernelType: gk_type { gk_type(rawValue: rawValue) }
    /// Weights that are stored together: 1 for float types, 32 or 256 for quantized ones.
    package var blockWeights: Int { Int(gk_block_weights(kernelType)) }
    /// Bytes of one block.
    package var blockBytes: Int { Int(gk_block_bytes(kernelType)) }

    /// As people write it: "F32", "Q4_K".
    package var name: String {
        switch self {
        case .f32: "F32"
        case .f16: "F16"
        case .bf16: "BF16"
        case .q4_0: "Q4_0"
        case .q5_0: "Q5_0"
        case .q5_1: "Q5_1"
        case .q8_0: "Q8_0"
        case .q4_K: "Q4_K"
        case .q5_K: "Q5_K"
        case .q6_K: "Q6_K"
        }
    }

    static let names = allCases.map(\.name).joined(separator: ", ")

    /// Bytes of a row-major tensor of this type; nil when the last dimension is not a multiple of the block,
    /// a dimension is negative or the size overflows.
    package func byteCount(shape: [Int]) -> Int? {
        guard let weights = product(shape), (shape.last ?? 1) % blockWeights == 0 else { return nil }
        let (bytes, overflow) = (weights / blockWeights).multipliedReportingOverflow(by: blockBytes)
        return overflow ? nil : bytes
    }
}

/// The number of elements of a shape; nil when a dimension is negative or the product overflows.
func product(_ shape: [Int]) -> Int? {
    var result = 1
    for dimension in shape {
        let (next, overflow) = result.multipliedReportingOverflow(by: dimension)
        guard !overflow, dimension >= 0 else { return nil }
        result = next
    }
    return result
}
