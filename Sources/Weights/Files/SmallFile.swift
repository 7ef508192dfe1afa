import Glibc

/// Opens a regular file for reading. Returns its descriptor, which the caller closes, and its size in bytes.
///
/// Pipes and devices are refused, and opening them does not wait for a writer.
func openRegularFile(_ path: String) throws(WeightsError) -> (descriptor: Int32, size: Int) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw WeightsError(.unreadable(systemError("cannot open")), file: path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        close(descriptor)
        throw WeightsError(.unreadable("this is not a regular file; give the path of a model"), file: path)
    }
    return (descriptor, Int(status.st_size))
}

/// Reads a whole file of at most `limit` bytes; nil when there is no such file.
func readSmallFile(_ path: String, limit: Int) throws(WeightsError) -> [UInt8]? {
    guard access(path, F_OK) == 0 else { return nil }
    let (descriptor, size) = try openRegularFile(path)
    defer { close(descriptor) }
    guard size <= limit else {
        throw WeightsError(.invalid(value: "\(size)", rule: "at most \(limit)"), file: path, field: "size in bytes")
    }
    var failed = false
    let content = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
        while filled < size {
            let got = read(descriptor, buffer.baseAddress.map { $0 + filled }, size - filled)
            if got < 0 && errno == EINTR { continue }
            failed = failed || got < 0
            guard got > 0 else { return }
            filled += got
        }
    }
    guard !failed else { throw WeightsError(.unreadable(systemError("cannot read")), file: path) }
    return content
}

/// "cannot open: No such file or directory", from `errno`.
func systemError(_ what: String) -> String {
    "\(what): \(String(cString: strerror(errno)))"
}
