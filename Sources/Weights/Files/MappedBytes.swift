import Glibc

/// The read-only bytes of one file, mapped into memory and unmapped with the last reference.
///
/// Nothing is read until it is touched, and the kernel may drop pages at any time, so a mapping costs
/// address space, not memory. A file that another process truncates under a mapping makes the kernel
/// send SIGBUS to whoever touches the lost pages. `checkSize` catches that before each large read; the
/// window that stays is the time of that one read. Replace model files by renaming, never in place.
package final class MappedBytes: @unchecked Sendable {  // immutable after init: memory nobody writes to
    /// The path, for messages.
    package let name: String
    package let bytes: UnsafeRawBufferPointer
    private let origin: Origin

    private enum Origin {
        /// A mapped file, whose descriptor is kept open to watch its size.
        case file(descriptor: Int32)
        case copy
        case borrowed
    }

    /// Maps a regular file.
    package init(path: String) throws(WeightsError) {
        let (descriptor, size) = try openRegularFile(path)
        guard size > 0 else {
            close(descriptor)
            throw WeightsError(.unknownFormat("the file is empty"), file: path)
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            let reason = systemError("mapping failed")
            close(descriptor)
            throw WeightsError(.unreadable(reason), file: path)
        }
        name = path
        bytes = UnsafeRawBufferPointer(start: start, count: size)
        origin = .file(descriptor: descriptor)
    }

    /// Owns a copy of bytes that are already in memory.
    package init(copying source: UnsafeRawBufferPointer, name: String) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 64)
        copy.copyMemory(from: source)
        self.name = name
        bytes = UnsafeRawBufferPointer(copy)
        origin = .copy
    }

    /// Views bytes that somebody else keeps alive and unchanged for as long as this object or a view lives.
    package init(borrowing bytes: UnsafeRawBufferPointer, name: String) {
        self.name = name
        self.bytes = bytes
        origin = .borrowed
    }

    deinit {
        switch origin {
        case .file(let descriptor):
            if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
            close(descriptor)
        case .copy: bytes.deallocate()
        case .borrowed: break
        }
    }

    /// Throws when the file is no longer as long as it was mapped.
    func checkSize() throws(WeightsError) {
        guard case .file(let descriptor) = origin else { return }
        var status = stat()
        guard fstat(descriptor, &status) == 0, Int(status.st_size) < bytes.count else { return }
        throw WeightsError(.shrunk(from: bytes.count, to: Int(status.st_size)), file: name)
    }

    /// Passes advice about the whole pages inside `range` to the kernel. It is only advice: no error matters.
    func advise(_ advice: Int32, _ range: Range<Int>) {
        guard case .file = origin, let base = bytes.baseAddress else { return }
        let page = Int(getpagesize())
        let start = (range.lowerBound + page - 1) / page * page
        let end = range.upperBound / page * page
        guard start < end else { return }
        madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, advice)
    }
}

/// A checked range of a mapping, which it keeps alive.
package struct MappedSlice: Sendable {
    let mapping: MappedBytes
    let range: Range<Int>

    /// `range` must lie inside the mapping: the parsers check it, so a violation is our own mistake.
    init(_ mapping: MappedBytes, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= mapping.bytes.count)
        self.mapping = mapping
        self.range = range
    }

    package var count: Int { range.count }

    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(mapping) { try body(UnsafeRawBufferPointer(rebasing: mapping.bytes[range])) }
    }
}
