import Glibc
import Synchronization

/// Makes what was committed to a SQLite database in WAL mode durable, outside SQLite and without its locks.
///
/// With `synchronous=NORMAL` a commit writes its frames to the `-wal` file and does not sync them. With FULL it would
/// sync that file, and nothing else, before it returns; we do the same later, for many commits at once. That the
/// guarantee is the same:
/// - *The same bytes.* A commit has written its frames with `write` when it returns. A sync is of the file, not of the
///   descriptor, so ours covers what SQLite and other processes wrote. FULL pads a commit to a sector only on disks
///   that damage neighbouring bytes (no `SQLITE_IOCAP_POWERSAFE_OVERWRITE`), which SQLite assumes of none by default.
/// - *A checkpoint between commit and sync.* It syncs the `-wal` file before it copies the first page into the database,
///   and syncs the database before it says, in shared memory, that all frames are copied (in NORMAL as in FULL). Only
///   then may a writer begin the file anew or truncate it. So when frames are no longer in the file, they are durable
///   in the database; our sync then has nothing to do, and does nothing wrong.
/// - *The first commit after that.* SQLite writes a new header with a new salt, and syncs it at once, also in NORMAL:
///   no old frame can be taken for a new one, and no new frame precedes its header. The frames are as above.
/// - *The name of the file.* SQLite syncs the folder with the first header, but only in the process that made the file;
///   we do it for every file that we have not seen before.
/// - *Another file of that name.* SQLite removes the file when the last connection closes. While ours is open that does
///   not happen; the file that the name leads to is compared with ours before each sync nevertheless, and when
///   someone removed it from under us, no sync is claimed.
/// - *A failed sync.* Linux may forget what it could not write and let the next sync succeed. So after one failure
///   ``sync()`` fails until ``forgive()``, before which the caller has SQLite copy everything into the database, and
///   commits from before the failure are never called durable: their epoch is over.
///
/// Closing our descriptor takes no lock from SQLite, which locks the database file and the `-shm` file, never this one.
final class WriteAheadLog: Sendable {
    private struct State {
        var descriptor: Int32 = -1
        var device: dev_t = 0
        var inode: ino_t = 0
        var failure: StoreError?
    }

    private let path: String
    private let syncFile: @Sendable (Int32) -> Int32
    /// Locked for as long as a sync takes.
    private let state = Mutex(State())
    private let currentEpoch = Atomic(1)

    /// - Parameters:
    ///   - databasePath: of the database file.
    ///   - syncFile: `fdatasync`, or what stands for it in a test: 0, or -1 with `errno`.
    init(databasePath: String, syncFile: @escaping @Sendable (Int32) -> Int32) {
        path = databasePath + "-wal"
        self.syncFile = syncFile
    }

    /// Grows by one with each failed sync. A commit has the epoch from before its COMMIT; it does not wait for a sync.
    var epoch: Int { currentEpoch.load(ordering: .sequentiallyConsistent) }

    /// Makes every commit durable that has returned before this call.
    /// - Returns: their epoch.
    func sync() throws(StoreError) -> Int {
        let result = state.withLock { state in
            Result { () throws(StoreError) -> Int in
                if let failure = state.failure { throw failure }
                try Self.follow(path, &state)
                guard syncFile(state.descriptor) != 0 else { return epoch }
                let failure = StoreError(errno: errno, "cannot sync", path: path)
                state.failure = failure
                currentEpoch.add(1, ordering: .sequentiallyConsistent)
                throw failure
            }
        }
        return try result.get()
    }

    /// Whether a sync has failed since the last ``forgive()``.
    var hasFailed: Bool { state.withLock { $0.failure != nil } }

    /// Allows syncs again, once the database itself holds all commits and the file begins anew.
    func forgive() { state.withLock { $0.failure = nil } }

    func close() { state.withLock { Self.close(&$0) } }

    deinit { close() }

    private static func follow(_ path: String, _ state: inout State) throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw StoreError(errno: errno, "cannot find", path: path) }
            throw .corrupt("\(path) was removed while the database was open")
        }
        if state.descriptor >= 0, state.device == status.st_dev, state.inode == status.st_ino { return }
        close(&state)
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(errno: errno, "cannot open", path: path) }
        // Of what was opened, which need not be what was looked at.
        guard fstat(descriptor, &status) == 0 else {
            Glibc.close(descriptor)
            throw StoreError(errno: errno, "cannot look at", path: path)
        }
        (state.descriptor, state.device, state.inode) = (descriptor, status.st_dev, status.st_ino)
        do {
            try PrivateFile.syncFolder(of: path)
        } catch {
            close(&state)
            throw error
        }
    }

    private static func close(_ state: inout State) {
        if state.descriptor >= 0 { Glibc.close(state.descriptor) }
        state.descriptor = -1
    }
}
