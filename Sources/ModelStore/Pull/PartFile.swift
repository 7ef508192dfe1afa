import Glibc

/// The part of a file that has arrived, locked against other processes that fetch the same file.
///
/// Its name is made from the hash that the content must have, so a part can only ever be continued with
/// the same content.
struct PartFile: ~Copyable {
    private let file: OpenFile

    /// Waits until no other process works on the part. `waiting` is called once if that takes a while.
    init(locking path: String, pause: (Duration) async throws -> Void, waiting: () -> Void) async throws {
        var hasWaited = false
        while true {
            let file = try OpenFile(creating: path)
            if try file.tryLock(.exclusive) {
                // The process before us may have made a blob of the file that we opened.
                if try file.isStillAtItsPath() {
                    self.file = file
                    return
                }
                continue
            }
            if !hasWaited { waiting() }
            hasWaited = true
            try await pause(.milliseconds(200))
        }
    }

    func size() throws(StoreError) -> Int { try file.size() }

    /// Calls `body` with all bytes from the start, a piece at a time; returns how many there were.
    func readAll(_ body: (UnsafeRawBufferPointer) -> Void) throws(StoreError) -> Int {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { piece.deallocate() }
        var offset = 0
        while true {
            let got = try file.read(into: piece, at: offset)
            if got == 0 { return offset }
            body(UnsafeRawBufferPointer(rebasing: piece[..<got]))
            offset += got
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(StoreError) { try file.write(bytes, at: offset) }

    func startAgain() throws(StoreError) { try file.truncate(to: 0) }

    /// Forgets what has arrived.
    func remove() throws(StoreError) { try Folder.removeFile(file.path) }

    /// Makes the complete part a blob: read-only, because models share it.
    func finish(as blob: String) throws(StoreError) {
        try file.setMode(0o444)
        try file.sync()
        try Folder.rename(file.path, to: blob)
        try Folder.sync(Folder.parent(of: blob))
    }
}
