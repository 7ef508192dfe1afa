import Foundation

/// The server's programs, all of one installation.
struct PostgreSQLPrograms: Sendable {
    let folder: URL

    /// The folder of `PATH`, or of Debian's installations newest first, that has what a server needs.
    static let installed: PostgreSQLPrograms? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let debian = URL(fileURLWithPath: "/usr/lib/postgresql")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian.path)) ?? []
        let newestFirst = versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }
        let folders =
            path.split(separator: ":").map { URL(fileURLWithPath: String($0)) }
            + newestFirst.map { debian.appendingPathComponent($0).appendingPathComponent("bin") }
        return folders.first { folder in
            ["initdb", "postgres", "psql"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent($0).path)
            }
        }.map { PostgreSQLPrograms(folder: $0) }
    }()

    /// A command line that runs a program as the user who may: the server refuses to be root.
    func command(_ program: String, _ arguments: [String]) -> [String] {
        let command = [folder.appendingPathComponent(program).path] + arguments
        guard geteuid() == 0 else { return command }
        return ["/usr/bin/env", "setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] + command
    }
}
