import Glibc
import Models
import TestSupport
import Testing

/// Angles are exact and the same everywhere.
@Suite struct RotaryTests {
    @Test func cosineAndSineAgreeWithTheLibrary() {
        var random = SeededGenerator(seed: 11)
        for exponent in -30...30 {
            for _ in 0..<200 {
                let angle = Double.random(in: -1...1, using: &random) * pow(2, Double(exponent))
                let (cosine, sine) = cosineAndSine(angle)
                #expect(abs(cosine - cos(angle)) < 5e-16 && abs(sine - sin(angle)) < 5e-16, "angle \(angle)")
            }
        }
        #expect(cosineAndSine(0) == (1, 0))
    }

    /// A hash of the bits, computed with 120-bit arithmetic: rounded to floats every value is the nearest one, so
    /// no other processor, compiler or library can give others unseen.
    @Test func bitsAreFixed() {
        var hash: UInt64 = 0
        for position in 0..<4096 {
            for frequency in [1, 0.7498942, 0.01, 3.2e-5] as [Float] {
                let (cosine, sine) = cosineAndSine(Double(position) * Double(frequency))
                hash = hash &* 0x100_0000_01b3 ^ UInt64(Float(cosine).bitPattern) << 32 ^ UInt64(Float(sine).bitPattern)
            }
        }
        #expect(hash == 7_081_125_182_061_334_466)
    }
}
