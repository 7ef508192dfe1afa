import Glibc

/// What the store does to names in folders. Every call either happens as a whole or throws.
enum Folder {
    /// Makes `path` and whatever is missing above it.
    static func make(_ path: String) throws(StoreError) {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        let parent = parent(of: path)
        guard errno == ENOENT, parent != path else { throw .disk("create", path: path, code: errno) }
        try make(parent)
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .disk("create", path: path, code: errno) }
    }

    /// Names in the folder, sorted, without `.` and `..`; none when there is no such folder.
    static func names(in path: String) throws(StoreError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw .disk("list", path: path, code: errno)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// What `path` leads to; nil when there is nothing.
    static func status(_ path: String) -> FileStatus? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return FileStatus(
            size: Int(status.st_size), links: Int(status.st_nlink), isFolder: status.st_mode & S_IFMT == S_IFDIR)
    }

    static func isFolder(_ path: String) -> Bool { status(path)?.isFolder ?? false }

    static func rename(_ old: String, to new: String) throws(StoreError) {
        guard Glibc.rename(old, new) == 0 else { throw .disk("rename to", path: new, code: errno) }
    }

    /// Gives the file at `existing` a second name.
    static func link(_ existing: String, as new: String) throws(StoreError) {
        guard Glibc.link(existing, new) == 0 else { throw .disk("link", path: new, code: errno) }
    }

    /// Removes a file; no error when it is gone already.
    static func removeFile(_ path: String) throws(StoreError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .disk("remove", path: path, code: errno) }
    }

    /// Removes a folder that is empty; false when it is not.
    @discardableResult
    static func removeIfEmpty(_ path: String) -> Bool { rmdir(path) == 0 }

    /// Removes a file, or a folder with all in it. Links are removed, not followed.
    static func removeTree(_ path: String) throws(StoreError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else { return try removeFile(path) }
        for name in try names(in: path) { try removeTree(path + "/" + name) }
        guard rmdir(path) == 0 || errno == ENOENT else { throw .disk("remove", path: path, code: errno) }
    }

    /// Returns when the names in the folder are on the disk.
    static func sync(_ path: String) throws(StoreError) {
        let folder = try OpenFile(reading: path)
        try folder.sync()
    }

    /// Bytes that this user may still write to the file system of `path`.
    static func freeBytes(at path: String) throws(StoreError) -> Int {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw .disk("look at", path: path, code: errno) }
        let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow || bytes > UInt64(Int.max) ? Int.max : Int(bytes)
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

struct FileStatus: Equatable {
    /// Bytes.
    let size: Int
    /// Names that the file has.
    let links: Int
    let isFolder: Bool
}
