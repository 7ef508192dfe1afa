import CKernels
import Glibc

/// A view of one tensor in a mapped file, which it keeps alive. Copying it copies no weights.
package struct Tensor: Sendable {
    package let name: String
    package let type: TensorType
    /// Row-major, slowest dimension first: a matrix is [rows, columns].
    package let shape: [Int]
    let slice: MappedSlice

    /// `slice` must hold exactly the bytes of `shape` in `type`: `TensorTable` checks it.
    init(name: String, type: TensorType, shape: [Int], slice: MappedSlice) {
        precondition(type.byteCount(shape: shape) == slice.count)
        self.name = name
        self.type = type
        self.shape = shape
        self.slice = slice
    }

    /// Number of weights.
    package var count: Int { slice.count / type.blockBytes * type.blockWeights }
    package var byteCount: Int { slice.count }

    /// The stored bytes: row-major, blocks along the last dimension, no alignment promised.
    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try slice.withBytes(body)
    }

    /// A decoded copy of all weights, in order. For norms, biases and other small tensors.
    ///
    /// - Throws: `WeightsError` when the file shrank since it was opened.
    package func floats() throws(WeightsError) -> [Float] {
        try slice.mapping.checkSize()
        return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            decode(blocks: 0..<slice.count / type.blockBytes, into: buffer)
            filled = count
        }
    }

    /// Decodes row `row` of a matrix [rows, columns] into `target`, which holds at least `columns` values:
    /// the embedding of a token. Row and target are the caller's to check.
    package func floats(row: Int, into target: UnsafeMutableBufferPointer<Float>) {
        let columns = shape.last ?? 1
        let blocksPerRow = columns / type.blockWeights
        precondition(row >= 0 && columns > 0 && row < count / columns && target.count >= columns)
        decode(blocks: row * blocksPerRow..<(row + 1) * blocksPerRow, into: target)
    }

    private func decode(blocks: Range<Int>, into target: UnsafeMutableBufferPointer<Float>) {
        withBytes { bytes in
            guard let source = bytes.baseAddress, let target = target.baseAddress else { return }
            gk_dequantize(
                type.kernelType, source + blocks.lowerBound * type.blockBytes, target, blocks.count * type.blockWeights)
        }
    }

    /// Gives the tensor's pages back to the system; the next look reads them from the file again. For
    /// after packing. Only whole pages inside the tensor are released, so neighbours keep theirs.
    package func releasePages() {
        slice.mapping.advise(MADV_DONTNEED, slice.range)
    }
}
