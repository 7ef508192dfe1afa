import CKernels

/// A packed matrix with its source.
struct PackedMatrix {
    let type: WeightType
    let rows: Int
    let columns: Int
    let source: [UInt8]
    private let memory: Memory

    init(_ type: WeightType, rows: Int, columns: Int, pool: Pool? = nil, using dice: inout Dice) {
        self.type = type
        self.rows = rows
        self.columns = columns
        source = BlockFormats.random(type, count: rows * columns, using: &dice)
        memory = Memory(bytes: gk_packed_bytes(type.c, rows, columns))
        gk_pack(pool?.pointer, type.c, rows, columns, source, memory.base)
    }

    var rowBytes: Int { source.count / rows }

    /// Σ of |terms| is returned beside each value, for the tolerance.
    func oracle(_ x: [Float], tokens: Int, bias: [Float]?) -> [(value: Double, size: Double)] {
        let entering = type.isQuantized ? PackedMatrix.quantized(x) : x.map(Double.init)
        var result = [(value: Double, size: Double)](repeating: (0, 0), count: tokens * rows)
        for r in 0..<rows {
            let weights = BlockFormats.row(type, source[r * rowBytes..<(r + 1) * rowBytes], count: columns)
            for t in 0..<tokens {
                var sum = Double(bias?[r] ?? 0), size = abs(sum)
                for c in 0..<columns {
                    let term = weights[c] * entering[t * columns + c]
                    sum += term
                    size += abs(term)
                }
                result[t * rows + r] = (sum, size)
            }
        }
        return result
    }

    /// Activations as a product with quantized weights sees them: int8 times amax / 127 for each 32.
    private static func quantized(_ x: [Float]) -> [Double] {
        stride(from: 0, to: x.count, by: 32).flatMap { start -> [Double] in
            let block = x[start..<start + 32], largest = block.map(abs).max() ?? 0
            guard largest >= 1e-30 else { return [Double](repeating: 0, count: 32) }
            let inverse = 127 / largest
            return block.map { Double(($0 * inverse).rounded(.toNearestOrEven)) * Double(largest / 127) }
        }
    }

    /// y for `tokens` rows of x; y rows are `gap` floats further apart than they are long.
    func product(_ x: [Float], tokens: Int, bias: [Float]? = nil, isa: ISA, pool: Pool? = nil, gap: Int = 0) -> [Float]
    {
        let scratch = Memory(bytes: gk_activations_bytes(type.c, tokens, columns))
        var y = [Float](repeating: -7, count: tokens * (rows + gap))
        x.withUnsafeBufferPointer { x in
            var activations = gk_activations_prepare(
                isa.kernels, pool?.pointer, type.c, x.baseAddress, tokens, columns, scratch.base)
            var matrix = gk_matrix(type: type.c, rows: rows, columns: columns, data: UnsafeRawPointer(memory.base))
            if let bias {
                gk_matmul(isa.kernels, pool?.pointer, &matrix, &activations, bias, &y, rows + gap)
            } else {
                gk_matmul(isa.kernels, pool?.pointer, &matrix, &activations, nil, &y, rows + gap)
            }
        }
        return y
    }
}
