import FoundationEssentials
import Glibc
import Synchronization

/// A small file that others may replace while we run, such as a token or a certificate.
///
/// It is read again when it is another file than before by its number, size and time, and at the latest after a
/// minute. While it cannot be read, what it held last counts: whoever replaces it may be in the middle of it.
package final class WatchedFile: Sendable {
    private struct Stamp: Equatable {
        var device: UInt
        var number: UInt
        var size: Int
        var seconds: Int
        var nanoseconds: Int
    }

    private struct Reading {
        var bytes: [UInt8]
        var stamp: Stamp?
        var at: Duration
    }

    private static let maximumBytes = 1 << 20
    private static let longestTrust = Duration.seconds(60)

    package let path: String
    private let reading = Mutex<Reading?>(nil)

    package init(_ path: String) { self.path = path }

    /// What the file holds.
    ///
    /// - Parameter now: on a clock that never goes back.
    /// - Throws: `AccessError.unreadable` if it could never be read.
    package func bytes(at now: Duration) throws(AccessError) -> [UInt8] {
        let stamp = Self.stamp(path)
        let known = reading.withLock { $0 }
        if let known, known.stamp == stamp, stamp != nil, now - known.at < Self.longestTrust { return known.bytes }
        do throws(AccessError) {
            let bytes = try Self.read(path)
            reading.withLock { $0 = Reading(bytes: bytes, stamp: stamp, at: now) }
            return bytes
        } catch {
            guard let known else { throw error }
            return known.bytes
        }
    }

    /// Has the file read again at the next look.
    package func forget() { reading.withLock { $0?.stamp = nil } }

    private static func stamp(_ path: String) -> Stamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Stamp(
            device: UInt(status.st_dev), number: UInt(status.st_ino), size: Int(status.st_size),
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }

    static func read(_ path: String) throws(AccessError) -> [UInt8] {
        guard let stamp = stamp(path) else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)).lowercased())
        }
        guard stamp.size <= maximumBytes else {
            throw .unreadable(path: path, reason: "it is larger than \(maximumBytes) bytes")
        }
        do { return Array(try Data(contentsOf: URL(filePath: path))) } catch {
            throw .unreadable(path: path, reason: "it may not be read")
        }
    }
}

/// A secret or a certificate: in a file, or in the configuration itself.
package enum Material: Sendable {
    case file(WatchedFile)
    case bytes([UInt8])

    func bytes(at now: Duration) throws(AccessError) -> [UInt8] {
        switch self {
        case .file(let file): try file.bytes(at: now)
        case .bytes(let bytes): bytes
        }
    }

    func forget() {
        if case .file(let file) = self { file.forget() }
    }

    /// For messages.
    var origin: String {
        switch self {
        case .file(let file): "'\(file.path)'"
        case .bytes: "the configuration"
        }
    }
}
