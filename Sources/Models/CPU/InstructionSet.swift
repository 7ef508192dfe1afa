import CKernels

/// The instruction sets that kernels exist for. All give the same bits; they differ in speed.
package enum InstructionSet: String, Sendable, CaseIterable {
    case scalar
    case avx2
    case avx512 = "avx512-vnni"
    case neon

    /// The fastest one this processor runs.
    package static var best: InstructionSet { InstructionSet(gk_kernels_isa(gk_kernels_best())) }

    /// Those this processor and this build can run.
    package static var available: [InstructionSet] { allCases.filter { $0.kernels != nil } }

    /// The table of kernels; nil when this processor or this build cannot run it.
    var kernels: OpaquePointer? { gk_kernels_for(isa) }

    private var isa: gk_isa {
        switch self {
        case .scalar: GK_ISA_SCALAR
        case .avx2: GK_ISA_AVX2
        case .avx512: GK_ISA_AVX512_VNNI
        case .neon: GK_ISA_NEON
        }
    }

    private init(_ isa: gk_isa) {
        self = InstructionSet.allCases.first { $0.isa == isa } ?? .scalar
    }
}
