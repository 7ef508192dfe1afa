package import Foundation

/// The test data that lives beside the checkout: vocabularies, templates and their goldens.
package enum TestData {
    /// `GLEANER_TEST_DATA`, or `../shared/data` seen from the package.
    package static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["GLEANER_TEST_DATA"] { return URL(fileURLWithPath: path) }
        return packageRoot.deletingLastPathComponent().appendingPathComponent("shared/data")
    }()

    /// True in CI even when the folder is missing, so that a CI without its data fails instead of skipping.
    package static let isAvailable: Bool =
        ProcessInfo.processInfo.environment["CI"] == "true" || FileManager.default.fileExists(atPath: folder.path)

    /// The root of this package, where `Demo/` and the built binary are found.
    package static let packageRoot = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    package static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(path)))
    }
}
