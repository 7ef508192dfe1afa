import Glibc

/// Bytes whose end touches a page that may not be read: reading one byte too many kills the test, also in an
/// optimised build, where Swift does not check raw pointers.
final class GuardedMemory {
    private let base: UnsafeMutableRawPointer
    private let capacity: Int

    init(capacity wanted: Int) {
        let page = Int(getpagesize())
        capacity = (wanted + page - 1) / page * page
        base = mmap(nil, capacity + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        mprotect(base + capacity, page, PROT_NONE)
    }

    deinit { munmap(base, capacity + Int(getpagesize())) }

    /// A copy of `bytes` that ends at the guard. It is valid until the next call.
    func load(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
        precondition(bytes.count <= capacity)
        let start = base + (capacity - bytes.count)
        bytes.withUnsafeBytes { start.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(base), byteCount: $0.count) }
        return UnsafeRawBufferPointer(start: start, count: bytes.count)
    }
}
