package import CKernels
import Glibc

/// A weight matrix in the kernels' packed layout (16 rows interleaved), in memory of its own.
///
/// Packing is the one time that a matrix's bytes are read from its file: the pages are asked for ahead (a
/// disk then reads in large pieces), packed and given back. While a model loads, the process holds the
/// packed matrices and the pages of the one being packed; after that, the mapping holds what was looked at
/// again, such as rows of an embedding.
package final class PackedMatrix: @unchecked Sendable {  // immutable after init
    package let type: TensorType
    package let rows: Int
    package let columns: Int
    /// Bytes of the packed form, padding included.
    package let byteCount: Int
    private let data: UnsafeMutableRawPointer

    /// Packs a matrix [rows, columns] and gives the pages of its source back to the system, so that the
    /// packed form is the only copy in memory.
    ///
    /// - Parameter pool: splits the work by rows.
    /// - Throws: `WeightsError` when the tensor is no matrix, is empty, or there is no memory.
    package init(_ tensor: Tensor, pool: OpaquePointer?) throws(WeightsError) {
        let field = "tensor \(quoted(tensor.name))"
        let file = tensor.slice.mapping.name
        guard tensor.shape.count == 2, tensor.count > 0 else {
            let rule = "a matrix of two dimensions that are not 0"
            throw WeightsError(.invalid(value: "\(tensor.shape)", rule: rule), file: file, field: field + " shape")
        }
        type = tensor.type
        rows = tensor.shape[0]
        columns = tensor.shape[1]
        byteCount = Int(gk_packed_bytes(type.kernelType, rows, columns))
        try tensor.slice.mapping.checkSize()
        tensor.slice.mapping.advise(MADV_WILLNEED, tensor.slice.range)
        guard byteCount > 0, let data = allocate(byteCount) else {
            throw WeightsError(.outOfMemory(bytes: byteCount), file: file, field: field)
        }
        self.data = data
        tensor.withBytes { gk_pack(pool, type.kernelType, rows, columns, $0.baseAddress, data) }
        tensor.releasePages()
    }

    deinit { free(data) }

    /// Lends the kernels' view of the matrix; it is valid inside `body` only.
    package func withMatrix<R>(_ body: (gk_matrix) throws -> R) rethrows -> R {
        try withExtendedLifetime(self) {
            try body(gk_matrix(type: type.kernelType, rows: rows, columns: columns, data: data))
        }
    }
}

/// Uninitialised memory on a cache line; large blocks start on a huge page, which the system is asked to use.
private func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let hugePage = 2 << 20
    let isLarge = byteCount >= 2 * hugePage
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, isLarge ? hugePage : 64, byteCount) == 0 else { return nil }
    if isLarge { madvise(memory, byteCount, MADV_HUGEPAGE) }
    return memory
}
