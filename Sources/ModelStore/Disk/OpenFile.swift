import Glibc

/// An open file, closed with the last use of the value.
///
/// Every call is repeated after an interrupted system call and reports a failure with the path.
struct OpenFile: ~Copyable {
    let path: String
    private let descriptor: Int32

    /// Opens for reading and writing, creating the file when it is not there.
    init(creating path: String, mode: mode_t = 0o644) throws(StoreError) {
        try self.init(path: path, flags: O_RDWR | O_CREAT, mode: mode)
    }

    init(reading path: String) throws(StoreError) {
        try self.init(path: path, flags: O_RDONLY, mode: 0)
    }

    private init(path: String, flags: Int32, mode: mode_t) throws(StoreError) {
        let descriptor = open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .disk("open", path: path, code: errno) }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    func status() throws(StoreError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .disk("look at", path: path, code: errno) }
        return status
    }

    /// Bytes in the file.
    func size() throws(StoreError) -> Int { Int(try status().st_size) }

    /// Whether `path` still leads to this file: another process may have renamed or removed it.
    func isStillAtItsPath() throws(StoreError) -> Bool {
        let mine = try status()
        var there = stat()
        return stat(path, &there) == 0 && there.st_ino == mine.st_ino && there.st_dev == mine.st_dev
    }

    /// Takes an advisory lock on the whole file without waiting; false when another open file holds it.
    func tryLock(_ kind: LockKind) throws(StoreError) -> Bool {
        while flock(descriptor, kind.operation | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return false }
            guard errno == EINTR else { throw .disk("lock", path: path, code: errno) }
        }
        return true
    }

    /// Waits for the lock. Only for locks that are held for moments.
    func lock(_ kind: LockKind) throws(StoreError) {
        while flock(descriptor, kind.operation) != 0 {
            guard errno == EINTR else { throw .disk("lock", path: path, code: errno) }
        }
    }

    /// Lets the lock go; closing the file does so too.
    func unlock() { flock(descriptor, LOCK_UN) }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(StoreError) {
        var done = 0
        while done < bytes.count {
            let written = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, offset + done)
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw .disk("write to", path: path, code: errno) }
            done += written
        }
    }

    /// Fills `buffer` from `offset`, as far as the file goes; returns the bytes read.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(StoreError) -> Int {
        while true {
            let got = pread(descriptor, buffer.baseAddress, buffer.count, offset)
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw .disk("read", path: path, code: errno) }
            return got
        }
    }

    func truncate(to size: Int) throws(StoreError) {
        guard ftruncate(descriptor, size) == 0 else { throw .disk("shorten", path: path, code: errno) }
    }

    /// Returns when the bytes are on the disk.
    func sync() throws(StoreError) {
        guard fsync(descriptor) == 0 else { throw .disk("write to", path: path, code: errno) }
    }

    func setMode(_ mode: mode_t) throws(StoreError) {
        guard fchmod(descriptor, mode) == 0 else { throw .disk("change the mode of", path: path, code: errno) }
    }
}

enum LockKind {
    /// Many may hold it together.
    case shared
    case exclusive

    fileprivate var operation: Int32 { self == .shared ? LOCK_SH : LOCK_EX }
}
