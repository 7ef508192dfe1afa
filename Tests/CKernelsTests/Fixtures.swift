import CKernels

/// A reproducible generator (SplitMix64), so that a failing test fails again.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}

/// An instruction set whose kernels this processor can run.
enum ISA: UInt32, CaseIterable, Sendable {
    case scalar = 0
    case avx2 = 1
    case avx512 = 2

    static let available = allCases.filter { gk_kernels_for(gk_isa($0.rawValue)) != nil }
    /// The ones that are compared with the scalar reference.
    static let vector = available.filter { $0 != .scalar }

    var kernels: OpaquePointer {
        guard let table = gk_kernels_for(gk_isa(rawValue)) else { preconditionFailure("\(self) is not available") }
        return table
    }
}

/// A thread pool for one test.
final class Pool {
    let pointer: OpaquePointer

    init(threads: Int) {
        guard let pool = gk_pool_create(threads) else { preconditionFailure("no pool of \(threads) threads") }
        pointer = pool
    }

    deinit {
        gk_pool_destroy(pointer)
    }
}

/// Memory aligned as the kernels want it, filled with a pattern that shows what was not written.
final class Memory {
    let base: UnsafeMutableRawPointer
    let count: Int

    init(bytes: Int, filledWith byte: UInt8 = 0xff) {
        count = bytes
        base = .allocate(byteCount: max(bytes, 1), alignment: 64)
        base.initializeMemory(as: UInt8.self, repeating: byte, count: bytes)
    }

    deinit {
        base.deallocate()
    }
}

/// A type of weights, by GGUF's number.
enum WeightType: UInt32, CaseIterable, Sendable {
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

    static let quantized = allCases.filter { $0.isQuantized }

    var c: gk_type { gk_type(rawValue) }
    var isQuantized: Bool { gk_block_weights(c) > 1 }
}

/// Bits of floats, for comparisons that see a sign of zero; every NaN counts as the same.
func bits(_ values: [Float]) -> [UInt32] {
    values.map { $0.isNaN ? 0x7fc0_0000 : $0.bitPattern }
}
