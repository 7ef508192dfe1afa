import CKernels
import Testing

@Suite("Weight formats")
struct ConversionTests {
    @Test("Every half float decodes exactly")
    func halfFloats() {
        let halves = (0...UInt16.max).map(\.littleEndian)
        var decoded = [Float](repeating: 0, count: halves.count)
        gk_dequantize(GK_F16, halves, &decoded, halves.count)
        #expect(bits(decoded) == bits(halves.map { Float(Float16(bitPattern: $0)) }))
        gk_dequantize(GK_BF16, halves, &decoded, halves.count)
        #expect(bits(decoded) == bits(halves.map { Float(bitPattern: UInt32($0) << 16) }))
    }

    @Test("Floats round to half floats as the hardware rounds, ties and limits included")
    func roundingToHalf() {
        var dice = Dice(seed: 1)
        var values = (0..<50_000).map { _ in Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &dice)) }
        values += dice.floats(50_000, in: -70_000...70_000) + dice.floats(20_000, in: -1e-4...1e-4)
        // Every half and the ties between neighbours.
        values += (UInt16(0)..<0x7c00).flatMap { bits -> [Float] in
            let low = Float(Float16(bitPattern: bits)), high = Float(Float16(bitPattern: bits + 1))
            return [low, -low, high.isFinite ? (low + high) / 2 : 65520, (65519.996 as Float)]
        }
        var halves = [UInt16](repeating: 0, count: values.count)
        #expect(gk_quantize(GK_F16, values, &halves, values.count))
        for (value, half) in zip(values, halves) where !value.isNaN {
            #expect(half == Float16(value).bitPattern, "\(value)")
        }
        #expect(zip(values, halves).allSatisfy { !$0.isNaN || Float16(bitPattern: $1).isNaN })
    }

    @Test("Floats round to the nearest bfloat16, ties to even, and a NaN stays a NaN")
    func roundingToBrain() {
        var dice = Dice(seed: 2)
        var values = (0..<50_000).map { _ in Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &dice)) }
        values += [Float(bitPattern: 0x3f80_8000), Float(bitPattern: 0x3f81_8000), Float(bitPattern: 0x7f80_0001)]
        var halves = [UInt16](repeating: 0, count: values.count)
        #expect(gk_quantize(GK_BF16, values, &halves, values.count))
        for (value, half) in zip(values, halves) {
            let decoded = Float(bitPattern: UInt32(half) << 16)
            if value.isNaN { #expect(decoded.isNaN); continue }
            let low = value.bitPattern & 0xffff_0000, high = low &+ 0x1_0000
            guard high & 0x7f80_0000 != 0x7f80_0000 else { continue }
            let down = abs(Double(value) - Double(Float(bitPattern: low)))
            let up = abs(Double(value) - Double(Float(bitPattern: high)))
            let expected = down < up || (down == up && low & 0x1_0000 == 0) ? low : high
            #expect(decoded.bitPattern == expected, "\(value)")
        }
    }

    @Test("Blocks decode as the specification says", arguments: WeightType.allCases)
    func dequantize(_ type: WeightType) {
        var dice = Dice(seed: 3)
        let count = 256 * 40
        let source = BlockFormats.random(type, count: count, using: &dice)
        // One byte further on: the source needs no alignment.
        let shifted = [0] + source
        var decoded = [Float](repeating: .nan, count: count)
        shifted.withUnsafeBytes { gk_dequantize(type.c, $0.baseAddress! + 1, &decoded, count) }
        for (value, expected) in zip(decoded, BlockFormats.row(type, source[...], count: count)) {
            #expect(abs(Double(value) - expected) <= 1e-6 * (1 + abs(expected)))
        }
    }

    @Test("Quantized weights are within half a step of the original", arguments: [WeightType.q8_0, .q4_0])
    func quantizeRoundTrip(_ type: WeightType) {
        var dice = Dice(seed: 4)
        let values = dice.floats(32 * 500)
        var blocks = [UInt8](repeating: 0, count: values.count / 32 * gk_block_bytes(type.c))
        #expect(gk_quantize(type.c, values, &blocks, values.count))
        var decoded = [Float](repeating: 0, count: values.count)
        gk_dequantize(type.c, blocks, &decoded, values.count)
        for start in stride(from: 0, to: values.count, by: 32) {
            let largest = values[start..<start + 32].map(abs).max() ?? 0
            // Q4_0 reaches -8 but only +7, so the far side may lose a whole step. The scale itself is a half float.
            let step = largest / (type == .q8_0 ? 127 : 8), most = step * (type == .q8_0 ? 0.5 : 1) + largest * 1e-3
            for i in start..<start + 32 { #expect(abs(values[i] - decoded[i]) <= most) }
        }
    }

    @Test("Hostile weights quantize to a block that shows them, without a crash")
    func quantizeHostile() {
        for type in [WeightType.q8_0, .q4_0] {
            for hostile in [Float.nan, .infinity, -.infinity] {
                var values = [Float](repeating: 1, count: 32)
                values[7] = hostile
                var block = [UInt8](repeating: 0, count: gk_block_bytes(type.c))
                #expect(gk_quantize(type.c, values, &block, 32))
                var decoded = [Float](repeating: 0, count: 32)
                gk_dequantize(type.c, block, &decoded, 32)
                #expect(decoded.allSatisfy { $0.isNaN })
            }
            for tiny in [Float.zero, .leastNonzeroMagnitude, 1e-30, 3e38] {
                var block = [UInt8](repeating: 0, count: gk_block_bytes(type.c))
                #expect(gk_quantize(type.c, [Float](repeating: tiny, count: 32), &block, 32))
            }
        }
        var block = [UInt8](repeating: 0, count: 300)
        for type in [GK_Q5_0, GK_Q5_1, GK_Q4_K, GK_Q5_K, GK_Q6_K] {
            #expect(!gk_quantize(type, [Float](repeating: 1, count: 256), &block, 256))
        }
    }

    @Test("Impossible sizes have no packed form")
    func packedBytes() {
        #expect(gk_packed_bytes(GK_Q8_0, 1, 32) > 0)
        #expect(gk_packed_bytes(GK_Q8_0, 1, 33) == 0)
        #expect(gk_packed_bytes(GK_Q4_K, 1, 128) == 0)
        #expect(gk_packed_bytes(gk_type(99), 1, 256) == 0)
        #expect(gk_block_bytes(gk_type(99)) == 0)
        let huge = Int.max / 256 * 256
        for type in WeightType.allCases {
            #expect(gk_packed_bytes(type.c, huge, 256) == 0)
            #expect(gk_packed_bytes(type.c, 256, huge) == 0)
            #expect(gk_packed_bytes(type.c, .max, .max / 256 * 256) == 0)
        }
        #expect(gk_activations_bytes(GK_Q8_0, huge, 256) == 0)
        #expect(gk_activations_bytes(GK_F32, 4, 256) == 0)
    }

    @Test("Packing keeps 4-bit weights small")
    func packedSize() {
        let weights = 896 * 4864
        for (type, most) in [
            (GK_Q4_0, 4.5), (GK_Q5_0, 5.5), (GK_Q5_1, 6), (GK_Q8_0, 8.5), (GK_Q4_K, 4.625), (GK_Q5_K, 5.625),
            (GK_Q6_K, 6.5625),
        ] {
            #expect(Double(gk_packed_bytes(type, 896, 4864)) * 8 / Double(weights) <= most)
        }
    }
}
