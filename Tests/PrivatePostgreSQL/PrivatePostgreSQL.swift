package import Foundation
import Synchronization
import TestSupport

/// A PostgreSQL server of our own for one test process, in a temporary folder: Unix socket, loopback with passwords and
/// TLS, fsync on. It is gone, with its folder, when this process is.
package final class PrivatePostgreSQL: Sendable {
    /// Whether tests on it can run. In CI also when they cannot, so that a CI without PostgreSQL fails.
    package static let isAvailable =
        PostgreSQLPrograms.installed != nil || ProcessInfo.processInfo.environment["CI"] == "true"

    /// The password of the user `postgres` over TCP.
    package static let password = "s3cret: of/one@test"

    private static let sharedTask = Task { try await start() }

    /// The server that all tests share which do not stop it.
    package static func shared() async throws -> PrivatePostgreSQL { try await sharedTask.value }

    let programs: PostgreSQLPrograms
    package let folder: URL
    let settings: [String: String]
    package let port: Int
    let process = Mutex<ChildProcess?>(nil)
    private let databases = Mutex(0)
    private let serverGuard: ServerGuard

    private init(
        programs: PostgreSQLPrograms, folder: URL, port: Int, settings: [String: String], serverGuard: ServerGuard
    ) {
        self.programs = programs
        self.folder = folder
        self.port = port
        self.settings = settings
        self.serverGuard = serverGuard
    }

    /// Makes a server that the caller may stop and kill, and starts it.
    /// - Parameter settings: of `postgresql.conf`, over ours.
    package static func start(settings: [String: String] = [:]) async throws -> PrivatePostgreSQL {
        guard let programs = PostgreSQLPrograms.installed else {
            throw ServerFailure("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
        }
        let folder = try makeFolder()
        let serverGuard = try ServerGuard(folder: folder)
        let server = PrivatePostgreSQL(
            programs: programs, folder: folder, port: try LoopbackPort.free(), settings: settings,
            serverGuard: serverGuard)
        try await server.initialize()
        try await server.start()
        return server
    }

    /// A new, empty database.
    package func makeDatabase() async throws -> String {
        let number = databases.withLock { count in
            count += 1
            return count
        }
        let name = "test_\(number)"
        try await query("CREATE DATABASE \(name)", in: "postgres")
        return name
    }

    /// Runs SQL as the superuser with `psql`, apart from what is tested.
    /// - Returns: the values, unaligned.
    @discardableResult
    package func query(_ sql: String, in database: String) async throws -> String {
        let connection = ["-h", folder.path, "-p", "\(port)", "-U", "postgres", "-d", database]
        let options = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]
        return try await Command.run([programs.folder.appendingPathComponent("psql").path] + connection + options)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Over the Unix socket, without a password.
    package func url(of database: String) -> String {
        "postgresql:///\(database)?host=\(folder.path)&port=\(port)&user=postgres"
    }

    /// Over loopback.
    /// - Parameter options: more of the URL's query, like `sslmode=verify-ca`.
    package func loopbackURL(
        of database: String, host: String = "127.0.0.1", user: String = "postgres",
        password: String = PrivatePostgreSQL.password, options: String
    ) -> String {
        let escaped = password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? password
        return "postgresql://\(user):\(escaped)@\(host):\(port)/\(database)?\(options)"
    }

    /// The certificate by which the server's is verified; readable by all.
    package var certificate: URL { certificate(of: "server") }

    private static func makeFolder() throws -> URL {
        // A socket's path may have 107 bytes, which a long temporary folder would not leave.
        var path = Array("/tmp/gleaner-postgresql-XXXXXX".utf8CString)
        guard mkdtemp(&path) != nil else { throw POSIXError(.EACCES) }
        return URL(fileURLWithPath: String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
}

/// What went wrong with the server of a test.
package struct ServerFailure: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
