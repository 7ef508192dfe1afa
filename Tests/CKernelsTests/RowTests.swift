import CKernels
import Foundation
import Testing

@Suite("Row operations")
struct RowTests {
    private static func rmsNorm(_ x: [Float], _ weight: [Float], epsilon: Float, isa: ISA, pool: Pool? = nil) -> [Float]
    {
        var out = x
        gk_rms_norm(isa.kernels, pool?.pointer, x, weight, epsilon, x.count / weight.count, weight.count, &out)
        return out
    }

    @Test("RMS norm agrees with double precision, and every instruction set with the scalar bits")
    func rmsNorm() {
        var dice = Dice(seed: 20)
        for width in Array(1...70) + [896, 4864] {
            let x = dice.floats(3 * width, in: -5...5), weight = dice.floats(width)
            let reference = RowTests.rmsNorm(x, weight, epsilon: 1e-6, isa: .scalar)
            for row in 0..<3 {
                let values = x[row * width..<(row + 1) * width].map(Double.init)
                let factor = 1 / (values.reduce(0) { $0 + $1 * $1 } / Double(width) + 1e-6).squareRoot()
                for i in 0..<width {
                    let expected = values[i] * factor * Double(weight[i])
                    #expect(abs(Double(reference[row * width + i]) - expected) <= 1e-6 * abs(expected) + 1e-12)
                }
            }
            for isa in ISA.vector {
                #expect(bits(RowTests.rmsNorm(x, weight, epsilon: 1e-6, isa: isa)) == bits(reference))
            }
        }
    }

    @Test("RMS norm works in place, alone and over any number of threads", arguments: ISA.available)
    func rmsNormInPlace(_ isa: ISA) {
        var dice = Dice(seed: 21)
        let width = 1000, x = dice.floats(40 * width), weight = dice.floats(width)
        let reference = RowTests.rmsNorm(x, weight, epsilon: 1e-5, isa: isa)
        for threads in 1...3 {
            var inPlace = x
            let pool = Pool(threads: threads)
            inPlace.withUnsafeMutableBufferPointer { x in
                gk_rms_norm(isa.kernels, pool.pointer, x.baseAddress, weight, 1e-5, 40, width, x.baseAddress)
            }
            #expect(bits(inPlace) == bits(reference))
        }
        for row in 0..<40 {
            let alone = RowTests.rmsNorm(Array(x[row * width..<(row + 1) * width]), weight, epsilon: 1e-5, isa: isa)
            #expect(bits(alone) == bits(Array(reference[row * width..<(row + 1) * width])))
        }
    }

    private static func swiglu(_ gate: [Float], _ up: [Float], isa: ISA, pool: Pool? = nil) -> [Float] {
        var out = [Float](repeating: 0, count: gate.count)
        gk_swiglu(isa.kernels, pool?.pointer, gate, up, gate.count, &out)
        return out
    }

    @Test("SwiGLU agrees with double precision over the whole range, and every instruction set with the scalar bits")
    func swiglu() {
        var dice = Dice(seed: 22)
        var gate =
            dice.floats(20_000, in: -20...20) + dice.floats(20_000, in: -110...110) + dice.floats(501, in: -1e-3...1e-3)
        gate += [0, -0.0, 88.7, -88.7, 89, -89, 1e30, -1e30, 1e38, .infinity, .nan, .leastNonzeroMagnitude]
        let up = dice.floats(gate.count, in: -2...2), reference = RowTests.swiglu(gate, up, isa: .scalar)
        for i in gate.indices where gate[i].isFinite {
            let g = Double(gate[i]), expected = g / (1 + exp(-g)) * Double(up[i])
            // Where e^-g overflows a float the gate is closed: less than 1e-36 is lost.
            #expect(abs(Double(reference[i]) - expected) <= 4e-7 * abs(expected) + 1e-35, "silu(\(g))")
        }
        for isa in ISA.vector {
            #expect(bits(RowTests.swiglu(gate, up, isa: isa)) == bits(reference))
            for count in 1...33 {
                let part = RowTests.swiglu(Array(gate[..<count]), Array(up[..<count]), isa: isa)
                #expect(bits(part) == bits(Array(reference[..<count])))
            }
        }
    }

    @Test("Element operations do not depend on threads", arguments: ISA.available)
    func elementThreads(_ isa: ISA) {
        var dice = Dice(seed: 23)
        let count = 40_003, gate = dice.floats(count), up = dice.floats(count)
        let reference = RowTests.swiglu(gate, up, isa: .scalar), sums = zip(gate, up).map { $0 + $1 }
        for threads in 1...3 {
            let pool = Pool(threads: threads)
            #expect(bits(RowTests.swiglu(gate, up, isa: isa, pool: pool)) == bits(reference))
            var x = gate
            gk_add(isa.kernels, pool.pointer, &x, up, count)
            #expect(bits(x) == bits(sums))
        }
        for count in 0...40 {
            var x = Array(gate[..<count])
            gk_add(isa.kernels, nil, &x, up, count)
            #expect(x == Array(sums[..<count]))
        }
    }

    private struct Rope {
        var tokens = 5, heads = 3, width = 0, rotary = 0
        var layout = GK_ROPE_HALVES

        func run(_ x: [Float], _ cosine: [Float], _ sine: [Float], isa: ISA, pool: Pool? = nil) -> [Float] {
            var x = x
            gk_rope(isa.kernels, pool?.pointer, &x, cosine, sine, layout, tokens, heads, width, rotary)
            return x
        }

        /// Where the two values of pair i lie in a head.
        func pair(_ i: Int) -> (Int, Int) {
            layout == GK_ROPE_PAIRS ? (2 * i, 2 * i + 1) : (i, i + rotary / 2)
        }
    }

    @Test("Rotary embedding rotates each pair and leaves the rest, in both layouts and on every instruction set")
    func rope() {
        var dice = Dice(seed: 24)
        for (width, rotary) in [(64, 64), (128, 128), (80, 32), (96, 94), (16, 2), (64, 6), (48, 0)] {
            for layout in [GK_ROPE_HALVES, GK_ROPE_PAIRS] {
                let rope = Rope(width: width, rotary: rotary, layout: layout)
                let angles = dice.floats(rope.tokens * rotary / 2, in: -3...3)
                let cosine = angles.map { Float(cos(Double($0))) }, sine = angles.map { Float(sin(Double($0))) }
                let x = dice.floats(rope.tokens * rope.heads * width)
                let reference = rope.run(x, cosine, sine, isa: .scalar)
                var expected = x.map(Double.init)
                for t in 0..<rope.tokens {
                    for h in 0..<rope.heads {
                        for i in 0..<rotary / 2 {
                            let start = (t * rope.heads + h) * width, (a, b) = rope.pair(i)
                            let c = Double(cosine[t * rotary / 2 + i]), s = Double(sine[t * rotary / 2 + i])
                            let first = Double(x[start + a]), second = Double(x[start + b])
                            expected[start + a] = first * c - second * s
                            expected[start + b] = second * c + first * s
                        }
                    }
                }
                #expect(zip(reference, expected).allSatisfy { abs(Double($0) - $1) <= 2e-7 })
                let pool = Pool(threads: 2)
                for isa in ISA.available {
                    #expect(bits(rope.run(x, cosine, sine, isa: isa, pool: pool)) == bits(reference))
                }
            }
        }
    }
}
