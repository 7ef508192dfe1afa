package import Weights

extension Checkpoint {
    /// The one name for how the matrices are stored, as OpenRouter and the makers of GGUF files write it
    /// (`q8_0`, `q4_k_m`, `bf16`, `fp16`, `fp32`); nil when there is none.
    ///
    /// A GGUF file's own word (`general.file_type`) counts where most of the weights are of the type that it
    /// names, since such a mixture has other types by design. Without it all matrices must be of one type.
    package var quantization: String? {
        guard let counts = try? matrixWeights(), let (main, most) = counts.max(by: { $0.value < $1.value }) else {
            return nil
        }
        if let mixture, mixture.main == main, most > counts.values.reduce(0, +) / 2 { return mixture.name }
        return counts.count == 1 ? main.quantizationName : nil
    }

    /// How many weights of matrices are stored in each type.
    private func matrixWeights() throws(WeightsError) -> [TensorType: Int] {
        var counts: [TensorType: Int] = [:]
        for name in tensorNames {
            let tensor = try tensor(name)
            if tensor.shape.count >= 2 { counts[tensor.type, default: 0] += tensor.count }
        }
        return counts
    }

    /// What a GGUF file of k-quants says it is, and the type that most of it then has.
    /// The numbers are GGUF's (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, general.file_type).
    private var mixture: (name: String, main: TensorType)? {
        guard case .gguf(let metadata) = header, let type = try? metadata.intIfPresent("general.file_type") else {
            return nil
        }
        return switch type {
        case 2: ("q4_0", .q4_0)
        case 7: ("q8_0", .q8_0)
        case 8: ("q5_0", .q5_0)
        case 9: ("q5_1", .q5_1)
        case 14: ("q4_k_s", .q4_K)
        case 15: ("q4_k_m", .q4_K)
        case 16: ("q5_k_s", .q5_K)
        case 17: ("q5_k_m", .q5_K)
        case 18: ("q6_k", .q6_K)
        default: nil
        }
    }
}

extension TensorType {
    fileprivate var quantizationName: String {
        switch self {
        case .f32: "fp32"
        case .f16: "fp16"
        default: name.lowercased()
        }
    }
}
