import CKernels
import Glibc

/// The memory of all KV blocks. The system backs a page only when a block in it is first written, so a large
/// capacity costs address space, not memory.
final class KVStore {
    let layout: KVLayout
    let blockCount: Int
    private let base: UnsafeMutableRawPointer
    private let byteCount: Int

    init(layout: KVLayout, blockCount: Int) throws(BackendSetupError) {
        let (bytes, overflow) = layout.bytesPerBlock.multipliedReportingOverflow(by: blockCount)
        guard blockCount > 0, blockCount <= Int(Int32.max), !overflow, bytes > 0 else {
            throw .blockCount(blockCount, bytesPerBlock: layout.bytesPerBlock)
        }
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, -1, 0), memory != MAP_FAILED else {
            throw .memory(bytes: bytes, what: "the KV blocks", code: errno)
        }
        self.layout = layout
        self.blockCount = blockCount
        base = memory
        byteCount = bytes
    }

    /// The kernels' view of layer `index`.
    func layer(_ index: Int) -> gk_kv_layer {
        let layer = layout.layers[index]
        return gk_kv_layer(
            base: base, block_stride: layout.bytesPerBlock, key_offset: layer.keyOffset,
            value_offset: layer.valueOffset, type: layout.type.kernelType, kv_heads: layer.kvHeads,
            head_width: layer.headWidth)
    }

    /// A block's bytes over all layers.
    func block(_ index: Int) -> UnsafeMutableRawBufferPointer {
        precondition(index >= 0 && index < blockCount, "block \(index) of \(blockCount)")
        return UnsafeMutableRawBufferPointer(
            start: base + index * layout.bytesPerBlock, count: layout.bytesPerBlock)
    }

    /// Gives the memory of all blocks back to the system; they read as zeros.
    func release() { madvise(base, byteCount, MADV_DONTNEED) }

    deinit { munmap(base, byteCount) }
}
