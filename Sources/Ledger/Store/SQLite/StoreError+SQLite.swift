import GRDB
import GRDBSQLite
import Glibc

extension StoreError {
    /// What SQLite's (extended) result code means to us.
    /// - Parameter path: of the database file, to tell a full disk from a broken one.
    init(sqlite code: Int32, _ message: String, path: String) {
        let text = "\(path): \(message) (SQLite \(code))"
        switch code & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_NOMEM, SQLITE_INTERRUPT, SQLITE_PROTOCOL: self = .unavailable(text)
        case SQLITE_FULL: self = .diskFull(text)
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: self = .readOnly(text)
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt(text)
        case SQLITE_IOERR: self = Self.diskIsFull(path) ? .diskFull(text) : .unavailable(text)
        case SQLITE_CANTOPEN: self = Self.isReadOnly(path) ? .readOnly(text) : .unavailable(text)
        case SQLITE_CONSTRAINT: self = Self.isUnique(code) ? .conflict(text) : .invalid(text)
        default: self = .invalid(text)
        }
    }

    /// An error of GRDB, or a passed-through one of ours.
    init(grdb error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        // GRDB's code for a closed connection, and for SQL of two statements.
        case let error as DatabaseError where error.resultCode == .SQLITE_MISUSE && error.sql == nil: self = .closed
        case let error as DatabaseError:
            self.init(sqlite: error.extendedResultCode.rawValue, error.message ?? "no message", path: path)
        default: self = .unavailable("\(path): \(error)")
        }
    }

    /// What a failed system call means to us.
    init(errno code: Int32, _ action: String, path: String) {
        let text = "\(action) \(path): \(String(cString: strerror(code)))"
        switch code {
        case ENOSPC, EDQUOT: self = .diskFull(text)
        case EROFS, EACCES, EPERM: self = .readOnly(text)
        default: self = .unavailable(text)
        }
    }

    private static func isUnique(_ code: Int32) -> Bool {
        // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY and _ROWID: macros that Swift does not import.
        [8, 6, 10].contains(code >> 8)
    }

    /// Growing the shared-memory file of a full disk is reported as an input/output error.
    private static func diskIsFull(_ path: String) -> Bool {
        var disk = statvfs()
        return statvfs(path, &disk) == 0 && UInt64(disk.f_bavail) * UInt64(disk.f_frsize) < 1 << 20
    }

    /// In a folder that cannot be written, the `-wal` and `-shm` files cannot be made.
    private static func isReadOnly(_ path: String) -> Bool {
        guard access(path, F_OK) == 0 else { return false }
        return access(path, W_OK) != 0 || access(folder(of: path), W_OK) != 0
    }

    /// The folder that holds a file.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
