import Foundation

/// One run of the real program.
struct GleanerProcess {
    let status: Int32
    let output: [UInt8]
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }

    /// The program, which is built beside the tests.
    private static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("gleaner")

    /// Runs `gleaner` with `arguments` in a store of its own.
    ///
    /// - Parameters:
    ///   - home: the store, and the home folder.
    ///   - whileRunning: called with the process once it has started.
    static func run(
        _ arguments: [String], home: String, input: [UInt8] = [], environment: [String: String] = [:],
        whileRunning: (Process) async throws -> Void = { _ in }
    ) async throws -> GleanerProcess {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gleaner-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files, not pipes: a process that writes much never waits for us.
        let (input, output, errors) = try (
            file("in", in: folder, holding: input), file("out", in: folder, holding: []),
            file("err", in: folder, holding: [])
        )
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ["HOME": home, "GLEANER_HOME": home, "PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        let (ended, continuation) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in continuation.finish() }
        try process.run()
        try await whileRunning(process)
        for await _ in ended {}
        return GleanerProcess(
            status: process.terminationStatus, output: Array(try Data(contentsOf: output)),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
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
