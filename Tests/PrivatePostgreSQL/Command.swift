import Foundation
import TestSupport

/// Other programs, run to their end without blocking the tests' threads.
enum Command {
    struct Failure: Error, CustomStringConvertible {
        let command: String
        let status: Int32
        let output: String

        var description: String { "\(command) ended with \(status): \(output)" }
    }

    /// - Returns: what it wrote.
    @discardableResult
    static func run(_ command: [String]) async throws -> String {
        // A file takes any amount without a reader.
        let name = FileManager.default.temporaryDirectory.appendingPathComponent("command-\(UUID().uuidString)")
        try Data().write(to: name)
        defer { try? FileManager.default.removeItem(at: name) }
        let file = try FileHandle(forUpdating: name)
        let status = try await ChildProcess(command, output: file.fileDescriptor).wait()
        let text = String(decoding: try Data(contentsOf: name), as: UTF8.self)
        guard status == 0 else {
            throw Failure(command: command.joined(separator: " "), status: status, output: text)
        }
        return text
    }
}
