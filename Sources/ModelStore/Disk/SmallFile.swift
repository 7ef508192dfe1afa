/// Files that are read and written whole.
enum SmallFile {
    /// nil when there is no such file.
    ///
    /// - Throws: `StoreError` also when it is larger than `limit` bytes.
    static func read(_ path: String, limit: Int) throws(StoreError) -> [UInt8]? {
        guard Folder.exists(path) else { return nil }
        let file = try OpenFile(reading: path)
        let size = try file.size()
        guard size <= limit else {
            throw .notAModel(path: path, reason: "the file has \(size) bytes where at most \(limit) are expected")
        }
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            let got = try bytes.readMore(from: file, at: filled)
            guard got > 0 else { break }
            filled += got
        }
        return Array(bytes.prefix(filled))
    }

    /// Writes a new file and returns when it is on the disk.
    static func write(_ bytes: [UInt8], to path: String) throws(StoreError) {
        let file = try OpenFile(creating: path)
        try file.truncate(to: 0)
        try file.writeAll(bytes, at: 0)
        try file.sync()
    }
}

extension OpenFile {
    // `withUnsafeBytes` rethrows untyped, so typed errors travel in a Result.
    fileprivate func writeAll(_ bytes: [UInt8], at offset: Int) throws(StoreError) {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(StoreError) in try write(buffer, at: offset) }
        }
        try result.get()
    }
}

extension [UInt8] {
    fileprivate mutating func readMore(from file: borrowing OpenFile, at offset: Int) throws(StoreError) -> Int {
        let result = withUnsafeMutableBytes { buffer in
            Result { () throws(StoreError) in
                try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[offset...]), at: offset)
            }
        }
        return try result.get()
    }
}
