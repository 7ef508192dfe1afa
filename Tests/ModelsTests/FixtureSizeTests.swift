import Foundation
import TestSupport
import Testing

/// What is committed for the oracles is read by everybody who clones: it stays small.
@Suite struct FixtureSizeTests {
    @Test func allFixturesTogetherAreBelowTwoMegabytes() throws {
        let folder = TestData.packageRoot.appendingPathComponent("Oracles")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.fileSizeKey]))
        var bytes = 0
        var count = 0
        // Python leaves its caches beside the scripts; they are not committed.
        for case let file as URL in files where !file.path.contains("__pycache__") {
            bytes += try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
            count += 1
        }
        #expect(count > 20 && bytes < 2_000_000, "\(count) files, \(bytes) bytes")
    }
}
