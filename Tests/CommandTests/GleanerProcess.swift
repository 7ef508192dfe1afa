import Foundation
import TestSupport

/// One run of the real program.
struct GleanerProcess {
    let status: Int32
    let output: [UInt8]
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }

    /// The program, which is built beside the tests.
    static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("gleaner")

    /// Runs `gleaner` with `arguments` in a store of its own.
    ///
    /// - Parameters:
    ///   - home: the store, and the home folder.
    ///   - whileRunning: called with the process once it has started.
    static func run(
        _ arguments: [String], home: String, input: [UInt8] = [], environment: [String: String] = [:],
        whileRunning: (ChildProcess) async throws -> Void = { _ in }
    ) async throws -> GleanerProcess {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gleaner-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files, not pipes: a process that writes much never waits for us.
        let (input, output, errors) = try (
            file("in", in: folder, holding: input), file("out", in: folder, holding: []),
            file("err", in: folder, holding: [])
        )
        let files = try (
            FileHandle(forReadingFrom: input), FileHandle(forWritingTo: output), FileHandle(forWritingTo: errors)
        )
        // Closed no earlier.
        defer { withExtendedLifetime(files) {} }
        let process = try ChildProcess(
            [program.path] + arguments, environment: self.environment(home: home, environment),
            input: files.0.fileDescriptor, output: files.1.fileDescriptor, errors: files.2.fileDescriptor)
        try await whileRunning(process)
        return GleanerProcess(
            status: await process.wait(), output: Array(try Data(contentsOf: output)),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    /// What the program sees of the environment: nothing of ours.
    static func environment(home: String, _ more: [String: String]) -> [String: String] {
        ["HOME": home, "GLEANER_HOME": home, "PATH": "/usr/bin:/bin"].merging(more) { $1 }
    }

    private static func file(_ name: String, in folder: URL, holding bytes: [UInt8]) throws -> URL {
        let url = folder.appendingPathComponent(name)
        try Data(bytes).write(to: url)
        return url
    }
}

/// A folder of its own for one test, removed afterwards.
func withHome<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gleaner-home-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.path)
}

/// Writes a model that is real in everything but its weights, small enough to be written in no time.
func makeRandomModel(at path: String, contextLength: Int = 64, home: String) async throws {
    let sizes = [
        "--vocabulary-size", "300", "--hidden-size", "32", "--layers", "1", "--heads", "1", "--kv-heads", "1",
        "--head-width", "32", "--feed-forward-width", "32", "--context-length", "\(contextLength)",
    ]
    let made = try await GleanerProcess.run(["make-random-model", path] + sizes, home: home)
    guard made.status == 0 else { throw CommandFailed(errors: made.errors) }
}

struct CommandFailed: Error { let errors: String }
