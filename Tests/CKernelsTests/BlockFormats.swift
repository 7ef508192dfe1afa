import CKernels

/// GGUF's block formats, decoded from the specification weight by weight and without regard to speed: the oracle for
/// `gk_dequantize` and for the packed products.
enum BlockFormats {
    /// Random weights of `type`: any quants, scales of moderate size and either sign.
    static func random(_ type: WeightType, count: Int, using dice: inout Dice) -> [UInt8] {
        let size = gk_block_bytes(type.c)
        var bytes = dice.bytes(count / gk_block_weights(type.c) * size)
        for block in stride(from: 0, to: bytes.count, by: size) {
            for offset in scaleOffsets(type) {
                setHalf(Float16(Float.random(in: -0.1...0.1, using: &dice)), in: &bytes, at: block + offset)
            }
            if type == .f32 || type == .bf16 {
                let bits = Float.random(in: -1...1, using: &dice).bitPattern
                for i in 0..<size { bytes[block + i] = UInt8(truncatingIfNeeded: bits >> (32 - 8 * (size - i))) }
            }
        }
        return bytes
    }

    private static func scaleOffsets(_ type: WeightType) -> [Int] {
        switch type {
        case .f32, .bf16: []
        case .f16, .q4_0, .q5_0, .q8_0: [0]
        case .q5_1, .q4_K, .q5_K: [0, 2]
        case .q6_K: [208]
        }
    }

    private static func setHalf(_ value: Float16, in bytes: inout [UInt8], at offset: Int) {
        bytes[offset] = UInt8(truncatingIfNeeded: value.bitPattern)
        bytes[offset + 1] = UInt8(truncatingIfNeeded: value.bitPattern >> 8)
    }

    /// Weight number `index` of the row of blocks in `bytes`.
    static func weight(_ type: WeightType, _ bytes: ArraySlice<UInt8>, _ index: Int) -> Double {
        let weights = gk_block_weights(type.c), size = gk_block_bytes(type.c)
        let start = bytes.startIndex + index / weights * size
        let block = Array(bytes[start..<start + size])
        let i = index % weights
        switch type {
        case .f32: return Double(Float(bitPattern: word(block, 0) | word(block, 2) << 16))
        case .bf16: return Double(Float(bitPattern: word(block, 0) << 16))
        case .f16: return half(block, 0)
        case .q8_0: return half(block, 0) * Double(Int8(bitPattern: block[2 + i]))
        case .q4_0: return half(block, 0) * Double((Int(block[2 + i % 16]) >> (i / 16 * 4)) % 16 - 8)
        case .q5_0: return half(block, 0) * Double(fiveBits(block, high: 2, i) - 16)
        case .q5_1: return half(block, 0) * Double(fiveBits(block, high: 4, i)) + half(block, 2)
        case .q4_K, .q5_K: return kWeight(type, block, i)
        case .q6_K: return q6Weight(block, i)
        }
    }

    /// All weights of a row.
    static func row(_ type: WeightType, _ bytes: ArraySlice<UInt8>, count: Int) -> [Double] {
        (0..<count).map { weight(type, bytes, $0) }
    }

    private static func word(_ block: [UInt8], _ offset: Int) -> UInt32 {
        UInt32(block[offset]) | UInt32(block[offset + 1]) << 8
    }

    private static func half(_ block: [UInt8], _ offset: Int) -> Double {
        Double(Float16(bitPattern: UInt16(word(block, offset))))
    }

    /// Q5_0 and Q5_1: four bytes of fifth bits, then 16 of nibbles, the first 16 weights low.
    private static func fiveBits(_ block: [UInt8], high: Int, _ i: Int) -> Int {
        let fifth = (word(block, high) | word(block, high + 2) << 16) >> UInt32(i) & 1
        return Int(block[high + 4 + i % 16]) >> (i / 16 * 4) & 15 | Int(fifth) << 4
    }

    /// Q4_K and Q5_K: d · scale · q - dmin · min with eight 6-bit pairs (scale, min) in 12 bytes.
    private static func kWeight(_ type: WeightType, _ block: [UInt8], _ i: Int) -> Double {
        let part = i / 32, packed = Array(block[4..<16])
        let scale: UInt8, min: UInt8
        if part < 4 {
            (scale, min) = (packed[part] & 63, packed[part + 4] & 63)
        } else {
            scale = packed[part + 4] & 15 | (packed[part - 4] >> 6) << 4
            min = packed[part + 4] >> 4 | (packed[part] >> 6) << 4
        }
        let nibbles = type == .q4_K ? 16 : 48
        var q = Int(block[nibbles + part / 2 * 32 + i % 32]) >> (part % 2 * 4) & 15
        if type == .q5_K { q += (Int(block[16 + i % 32]) >> part & 1) * 16 }
        return half(block, 0) * Double(scale) * Double(q) - half(block, 2) * Double(min)
    }

    /// Q6_K: d · scale[i / 16] · (q - 32), q split into 4 low and 2 high bits.
    private static func q6Weight(_ block: [UInt8], _ i: Int) -> Double {
        let half128 = i / 128, within = i % 128, quarter = within / 32, l = within % 32
        let low = Int(block[half128 * 64 + quarter % 2 * 32 + l]) >> (quarter / 2 * 4) & 15
        let high = Int(block[128 + half128 * 32 + l]) >> (quarter * 2) & 3
        let scale = Int8(bitPattern: block[192 + i / 16])
        return half(block, 208) * Double(scale) * Double((low | high << 4) - 32)
    }
}
