import Glibc

/// Makes files that only their owner may read. SQLite gives its own files beside a database the same mode.
enum PrivateFile {
    /// Makes the file, empty, unless it is there, and the folders that lead to it; all survive a loss of power.
    static func make(_ path: String) throws(StoreError) {
        try makeFolder(StoreError.folder(of: path))
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
            return try syncFolder(of: path)
        }
        guard errno == EEXIST else { throw StoreError(errno: errno, "cannot make", path: path) }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .invalid("\(path) is not a file")
        }
    }

    /// Syncs the folder that holds the path, so that a name in it lasts.
    static func syncFolder(of path: String) throws(StoreError) {
        let folder = StoreError.folder(of: path)
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw StoreError(errno: errno, "cannot sync", path: folder)
        }
    }

    private static func makeFolder(_ path: String) throws(StoreError) {
        if access(path, F_OK) == 0 { return }
        // Ends at the latest with "/" or ".", which are there.
        try makeFolder(StoreError.folder(of: path))
        guard mkdir(path, 0o700) == 0 else {
            if errno == EEXIST { return }
            throw StoreError(errno: errno, "cannot make the folder", path: path)
        }
        try syncFolder(of: path)
    }
}
