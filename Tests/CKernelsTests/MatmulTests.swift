import CKernels
import Testing

@Suite("Matrix product")
struct MatmulTests {
    @Test("Agrees with a naive product in double precision", arguments: WeightType.allCases)
    func oracle(_ type: WeightType) {
        var dice = Dice(seed: 10)
        for (rows, columns, tokens) in [(1, 256, 1), (31, 512, 2), (70, 768, 7)] {
            let matrix = PackedMatrix(type, rows: rows, columns: columns, using: &dice)
            let x = dice.floats(tokens * columns, in: -3...3), bias = dice.floats(rows)
            for bias in [bias, nil] {
                let y = matrix.product(x, tokens: tokens, bias: bias, isa: .scalar)
                for (value, expected) in zip(y, matrix.oracle(x, tokens: tokens, bias: bias)) {
                    #expect(abs(Double(value) - expected.value) <= 2e-6 * expected.size + 1e-12)
                }
            }
        }
    }

    @Test("Every instruction set gives the scalar bits", arguments: WeightType.allCases, ISA.vector)
    func sameBits(_ type: WeightType, _ isa: ISA) {
        var dice = Dice(seed: 11)
        for rows in [1, 7, 8, 15, 16, 17, 31, 32, 33, 48, 63, 65, 100] {
            let columns = rows % 2 == 0 ? 256 : 512, tokens = Int.random(in: 1...14, using: &dice)
            let matrix = PackedMatrix(type, rows: rows, columns: columns, using: &dice)
            let x = dice.floats(tokens * columns), bias = rows % 3 == 0 ? dice.floats(rows) : nil
            let reference = matrix.product(x, tokens: tokens, bias: bias, isa: .scalar, gap: 3)
            #expect(bits(matrix.product(x, tokens: tokens, bias: bias, isa: isa, gap: 3)) == bits(reference))
        }
    }

    @Test(
        "A column count of one block is enough", arguments: [WeightType.q8_0, .q4_0, .q5_0, .q5_1, .f32, .f16, .bf16])
    func narrow(_ type: WeightType) {
        var dice = Dice(seed: 12)
        let columns = type.isQuantized ? 32 : 1
        let matrix = PackedMatrix(type, rows: 40, columns: columns, using: &dice)
        let x = dice.floats(9 * columns), reference = matrix.product(x, tokens: 9, isa: .scalar)
        for isa in ISA.vector { #expect(bits(matrix.product(x, tokens: 9, isa: isa)) == bits(reference)) }
    }

    @Test("A row alone equals the row in any batch", arguments: WeightType.allCases, ISA.available)
    func batchInvariance(_ type: WeightType, _ isa: ISA) {
        var dice = Dice(seed: 13)
        let rows = 33, columns = 256, most = 70, pool = Pool(threads: 2)
        let matrix = PackedMatrix(type, rows: rows, columns: columns, using: &dice)
        let x = dice.floats(most * columns)
        let alone = (0..<most).flatMap { t in
            matrix.product(Array(x[t * columns..<(t + 1) * columns]), tokens: 1, isa: isa)
        }
        for tokens in Array(1...33) + [most] {
            let batch = matrix.product(Array(x[..<(tokens * columns)]), tokens: tokens, isa: isa, pool: pool)
            #expect(bits(batch) == bits(Array(alone[..<(tokens * rows)])), "\(tokens) tokens")
        }
    }

    @Test("Threads do not change a bit, nor do ranges of tokens that leave the cache", arguments: ISA.available)
    func threadInvariance(_ isa: ISA) {
        var dice = Dice(seed: 14)
        let one = Pool(threads: 1)
        for (type, rows, columns, tokens) in [
            (WeightType.q8_0, 96, 4864, 61), (.q4_K, 320, 512, 3), (.f16, 64, 2048, 61), (.q6_K, 640, 1024, 1),
        ] {
            let matrix = PackedMatrix(type, rows: rows, columns: columns, pool: one, using: &dice)
            let x = dice.floats(tokens * columns)
            let reference = bits(matrix.product(x, tokens: tokens, isa: isa))
            for threads in 1...3 {
                let pool = Pool(threads: threads)
                #expect(bits(matrix.product(x, tokens: tokens, isa: isa, pool: pool)) == reference)
            }
        }
    }

    @Test("Packing over a pool gives the same bytes as packing alone")
    func packing() {
        let pool = Pool(threads: 3)
        for type in WeightType.allCases {
            var dice = Dice(seed: 15), same = Dice(seed: 15)
            let alone = PackedMatrix(type, rows: 100, columns: 256, using: &dice)
            let together = PackedMatrix(type, rows: 100, columns: 256, pool: pool, using: &same)
            let x = dice.floats(256)
            #expect(
                bits(alone.product(x, tokens: 1, isa: .scalar)) == bits(together.product(x, tokens: 1, isa: .scalar)))
        }
    }

    @Test("One preparation serves every quantized type", arguments: ISA.available)
    func sharedPreparation(_ isa: ISA) {
        var dice = Dice(seed: 16)
        let x = dice.floats(5 * 256), kernels = isa.kernels
        let scratch = Memory(bytes: gk_activations_bytes(GK_Q6_K, 5, 256))
        x.withUnsafeBufferPointer { x in
            for type in WeightType.quantized {
                #expect(gk_activations_bytes(type.c, 5, 256) == scratch.count)
            }
            let shared = gk_activations_prepare(kernels, nil, GK_Q6_K, x.baseAddress, 5, 256, scratch.base)
            let own = Memory(bytes: scratch.count)
            for type in WeightType.quantized {
                _ = gk_activations_prepare(kernels, nil, type.c, x.baseAddress, 5, 256, own.base)
                let same = UnsafeRawBufferPointer(start: own.base, count: own.count)
                    .elementsEqual(UnsafeRawBufferPointer(start: shared.scratch, count: scratch.count))
                #expect(same)
            }
        }
    }

    @Test("Ties, extremes and subnormal activations give the same bits", arguments: WeightType.allCases, ISA.vector)
    func hardActivations(_ type: WeightType, _ isa: ISA) {
        var dice = Dice(seed: 17)
        let matrix = PackedMatrix(type, rows: 17, columns: 256, using: &dice)
        // 127 at the front makes the scale 1, so halves are exact ties.
        let ties: [Float] = (0..<256).map { $0 % 32 == 0 ? 127 : Float($0 % 250) - 124.5 }
        let extremes: [Float] = (0..<256).map { $0 % 2 == 0 ? 3e38 : -3e38 }
        let tiny = (0..<256).map { Float(bitPattern: UInt32($0)) } + [Float](repeating: 0, count: 256)
        let edges: [Float] = (0..<256).map { $0 < 128 ? 1e-30 : 0.99e-30 }
        let x = ties + extremes + tiny + edges
        let reference = matrix.product(x, tokens: 5, isa: .scalar)
        #expect(bits(matrix.product(x, tokens: 5, isa: isa)) == bits(reference))
    }

    @Test("A token that is not finite spoils its own outputs only", arguments: WeightType.allCases, ISA.available)
    func notFinite(_ type: WeightType, _ isa: ISA) {
        var dice = Dice(seed: 18)
        let matrix = PackedMatrix(type, rows: 20, columns: 256, using: &dice)
        for hostile in [Float.nan, .infinity, -.infinity] {
            let clean = dice.floats(3 * 256)
            var x = clean
            x[256 + 100] = hostile
            let expected = matrix.product(clean, tokens: 3, isa: isa), y = matrix.product(x, tokens: 3, isa: isa)
            #expect(bits(Array(y[..<20])) == bits(Array(expected[..<20])))
            #expect(bits(Array(y[40...])) == bits(Array(expected[40...])))
            #expect(y[20..<40].allSatisfy { type.isQuantized ? $0.isNaN : !$0.isFinite })
            #expect(bits(y) == bits(matrix.product(x, tokens: 3, isa: .scalar)))
        }
    }
}
