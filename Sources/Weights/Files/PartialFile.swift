import Glibc

/// A file that is being written under a name of its own and takes its real name when it is whole: nobody
/// sees half a file, and a file that is mapped by a reader is never written to. Dropping it unfinished
/// removes it.
struct PartialFile: ~Copyable {
    private let path: String
    private let partial: String
    private let descriptor: Int32

    init(path: String) throws(WeightsError) {
        let partial = path + ".partial"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw WeightsError(.unreadable(systemError("cannot create")), file: partial)
        }
        self.path = path
        self.partial = partial
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
        unlink(partial)
    }

    borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(WeightsError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw WeightsError(.unreadable(systemError("cannot write")), file: partial) }
            rest = rest.dropFirst(count)
        }
    }

    borrowing func write(_ bytes: [UInt8]) throws(WeightsError) {
        let result = bytes.withUnsafeBytes { bytes in Result { () throws(WeightsError) in try write(bytes) } }
        try result.get()
    }

    /// Gives the file its name, once its bytes are on the disk.
    consuming func commit() throws(WeightsError) {
        guard fsync(descriptor) == 0, rename(partial, path) == 0 else {
            throw WeightsError(.unreadable(systemError("cannot finish")), file: path)
        }
    }
}
