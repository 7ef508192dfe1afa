import CKernels

/// The type keys and values are stored in.
package enum KVType: String, Sendable, CaseIterable {
    case f32, f16

    var bytes: Int { self == .f32 ? 4 : 2 }
    var kernelType: gk_type { self == .f32 ? GK_F32 : GK_F16 }
}
