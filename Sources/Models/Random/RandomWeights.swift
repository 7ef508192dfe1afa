import Weights

/// Draws the weights of a random model and writes them in parts.
///
/// The scale keeps activations near 1 at any depth: a matrix has a standard deviation of 1/sqrt(columns), the
/// norms are near 1, biases small. SplitMix64 (Steele, Lea & Flood 2014) draws the same on every machine.
struct RandomWeights {
    private static let partWeights = 1 << 16
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// Writes one whole tensor.
    mutating func write(_ plan: GGUFTensorPlan, to writer: inout GGUFWriter) throws(WeightsError) {
        var left = plan.shape.reduce(1, *)
        while left > 0 {
            let count = min(left, RandomWeights.partWeights)
            if let scales = BlockScales(plan.type) {
                try writer.write(blocks(scales, count: count, columns: plan.shape[1]))
            } else {
                try writer.write(floats: floats(plan, count: count))
            }
            left -= count
        }
    }

    private mutating func floats(_ plan: GGUFTensorPlan, count: Int) -> [Float] {
        let (mean, deviation) = statistics(plan)
        // A uniform distribution over ±√3 has a standard deviation of 1.
        let scale = deviation * Float(3).squareRoot()
        return (0..<count).map { _ in mean + scale * uniform() }
    }

    private func statistics(_ plan: GGUFTensorPlan) -> (mean: Float, deviation: Float) {
        if plan.shape.count == 2 { return (0, 1 / Float(plan.shape[1]).squareRoot()) }
        return plan.name.hasSuffix("norm.weight") ? (1, 0.1) : (0, 0.1)
    }

    /// Random bits make valid k-quant blocks wherever the fp16 scales are set to sane ones.
    private mutating func blocks(_ scales: BlockScales, count: Int, columns: Int) -> [UInt8] {
        let blocks = count / scales.blockWeights
        var bytes = [UInt8](repeating: 0, count: blocks * scales.blockBytes)
        for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: next() >> 32) }
        let deviation = 1 / Float(columns).squareRoot()
        for block in 0..<blocks { scales.setScales(&bytes, at: block * scales.blockBytes, deviation: deviation) }
        return bytes
    }

    /// From -1 to 1.
    private mutating func uniform() -> Float {
        Float(Int32(truncatingIfNeeded: next() >> 32)) * 0x1p-31
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Where the fp16 scales stand in a block whose other bytes may be any, and how random quants spread.
private struct BlockScales {
    let blockWeights, blockBytes: Int
    /// Byte of the fp16 factor of scale · quant.
    private let scale: Int
    /// Byte of the fp16 factor of the mins.
    private let min: Int?
    /// The standard deviation of weights when the scale is 1 and the min centres them.
    private let spread: Float
    /// min / scale that gives weights a mean of 0: the mean quant, negative where the format adds its min.
    private let centre: Float

    /// Nil for every other type.
    init?(_ type: TensorType) {
        switch type {
        case .q5_0: (scale, min, spread, centre) = (0, nil, 9.23, 0)
        case .q5_1: (scale, min, spread, centre) = (0, 2, 9.23, -15.5)
        case .q4_K: (scale, min, spread, centre) = (0, 2, 258, 7.5)
        case .q5_K: (scale, min, spread, centre) = (0, 2, 527, 15.5)
        case .q6_K: (scale, min, spread, centre) = (208, nil, 1366, 0)
        default: return nil
        }
        (blockWeights, blockBytes) = (type.blockWeights, type.blockBytes)
    }

    func setScales(_ bytes: inout [UInt8], at block: Int, deviation: Float) {
        store(deviation / spread, &bytes, block + scale)
        if let min { store(centre * deviation / spread, &bytes, block + min) }
    }

    private func store(_ value: Float, _ bytes: inout [UInt8], _ offset: Int) {
        let bits = Float16(value).bitPattern
        bytes[offset] = UInt8(truncatingIfNeeded: bits)
        bytes[offset + 1] = UInt8(bits >> 8)
    }
}
