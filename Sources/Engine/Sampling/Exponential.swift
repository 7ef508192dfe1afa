/// exp for sampling, written with IEEE additions and multiplications only: a C library's exp may differ in the
/// last bit from one processor to the next, and with it the token that a seed draws.
package enum Exponential {
    /// weights[i] = exp((logits[i] - best) / temperature), 0 for NaN; the largest is 1.
    static func weights(
        _ logits: UnsafeBufferPointer<Float>, best: Float, temperature: Float, into weights: inout [Float]
    ) {
        let inverse = 1 / temperature
        let count = logits.count
        weights.removeAll(keepingCapacity: true)
        weights.reserveCapacity(count)
        var start = 0
        while start + 8 <= count {
            var lane = SIMD8<Float>()
            for offset in 0..<8 { lane[offset] = logits[start + offset] }
            let result = exp((lane - best) * inverse)
            for offset in 0..<8 { weights.append(result[offset]) }
            start += 8
        }
        for index in start..<count {
            weights.append(exp(SIMD8(repeating: (logits[index] - best) * inverse))[0])
        }
    }

    /// exp(x) for x ≤ 0 within 2 ulp; 0 below -87 and for NaN.
    ///
    /// x = n ln 2 + r with |r| ≤ ln 2 / 2; exp(r) by its Taylor polynomial of degree 7 (error below 2⁻²⁷).
    package static func exp(_ x: SIMD8<Float>) -> SIMD8<Float> {
        let shift = SIMD8<Float>(repeating: 12_582_912)  // 1.5 · 2²³: adding it rounds to an integer
        let inRange = x .>= -87
        let bounded = x.replacing(with: 0, where: .!inRange)
        let n = (bounded * 1.442_695_04 + shift) - shift
        let r = (bounded - n * 0.693_359_375) + n * 2.121_944_4e-4
        var sum = SIMD8<Float>(repeating: 1 / 5040)
        for factor: Float in [1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1] { sum = sum * r + factor }
        let exponent = SIMD8<Int32>(truncatingIfNeeded: SIMD8<Int32>(n) &+ 127) &<< 23
        let power = unsafeBitCast(exponent, to: SIMD8<Float>.self)
        return (sum * power).replacing(with: 0, where: .!inRange)
    }
}
