import Foundation

/// A path that does not exist yet; whatever is there when the test ends is removed.
final class TemporaryFile {
    let path: String

    init(_ name: String) {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString)-\(name)").path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
