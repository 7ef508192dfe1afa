import Foundation
import Ledger
import PrivatePostgreSQL
import Testing

/// How a connection is made: passwords, certificates, and what errors say of them.
@Suite(.enabled(if: PrivatePostgreSQL.isAvailable)) struct PostgreSQLLoginTests {
    private static func write(_ url: String) async -> Result<String?, any Error> {
        await Result.of {
            let database = try PostgreSQLDatabase(url: url, deadlines: .patient)
            let result = await Result.of {
                let answer = try await database.write { session in
                    try session.first("SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()")?.text(0)
                }
                try await database.flush()
                return answer
            }
            await database.close()
            return try result.get()
        }
    }

    @Test func certificatesAreVerified() async throws {
        let server = try await PrivatePostgreSQL.shared()
        let trusted = "sslrootcert=\(server.certificate.path)"
        let cases: [(host: String, options: String, isFine: Bool)] = [
            ("localhost", "sslmode=verify-full&\(trusted)", true),
            ("127.0.0.1", "sslmode=verify-ca&\(trusted)", true),
            // The certificate is made out to localhost.
            ("127.0.0.1", "sslmode=verify-full&\(trusted)", false),
            // Signed by nobody whom we know.
            ("localhost", "sslmode=verify-full&sslrootcert=\(try await Self.otherCertificate())", false),
            ("localhost", "sslmode=verify-full&sslrootcert=/nowhere/root.crt", false),
        ]
        for (host, options, isFine) in cases {
            let result = await Self.write(server.loopbackURL(of: "postgres", host: host, options: options))
            switch result {
            case .success(let encrypted): #expect(isFine && encrypted == "true", "\(host) \(options)")
            case .failure(let error):
                #expect(!isFine, "\(host) \(options): \(error)")
                #expect((error as? StoreError)?.name == "unavailable")
                #expect("\(error)".contains("certificate"), "\(error)")
                #expect(!"\(error)".contains("s3cret"))
            }
        }
    }

    /// More than a record of TLS, a socket's buffers and a batch, both ways.
    @Test func megabytesOverTLS() async throws {
        let server = try await PrivatePostgreSQL.shared()
        let name = try await server.makeDatabase()
        let url = server.loopbackURL(
            of: name, host: "localhost", options: "sslmode=verify-full&sslrootcert=\(server.certificate.path)")
        let database = try DatabaseLocation(url).open(.patient)
        let rows = (0..<16).map { index -> [SQLValue] in
            [SQLValue(index), .bytes((0..<150_000).map { UInt8(truncatingIfNeeded: $0 &* (2 * index + 1)) })]
        }
        try await database.write { session in
            try session.execute("CREATE TABLE items (id BIGINT PRIMARY KEY, body BYTEA)")
            try session.execute("INSERT INTO items VALUES ($1, $2)", rows)
        }
        let found = try await database.read { try $0.query("SELECT id, body FROM items ORDER BY id") }
        #expect(found.map(\.values) == rows)
        await database.close()
    }

    @Test func wrongPasswords() async throws {
        let server = try await PrivatePostgreSQL.shared()
        for password in ["hunter2", PrivatePostgreSQL.password + "x", ""] {
            let url = server.loopbackURL(of: "postgres", password: password, options: "sslmode=prefer")
            let result = await Self.write(url)
            let error = #expect(throws: StoreError.self) { try result.get() }
            #expect(error?.name == "unavailable")
            let text = error?.description ?? ""
            #expect(text.contains("password") && text.contains("127.0.0.1"), "\(text)")
            #expect(!text.contains("hunter2") && !text.contains("s3cret"), "\(text)")
        }
    }

    @Test func whatIsNotThereIsUnavailable() async throws {
        let server = try await PrivatePostgreSQL.shared()
        for url in [
            server.url(of: "no_such_database"), "postgresql:///postgres?host=\(server.folder.path)&port=1",
        ] {
            let result = await Self.write(url)
            let error = #expect(throws: StoreError.self) { try result.get() }
            #expect(error?.name == "unavailable", "\(String(describing: error))")
            #expect(error?.description.contains("s3cret") == false)
        }
    }

    /// The ledger's user needs no rights but on its tables: flushing works for everybody.
    @Test func anOrdinaryUser() async throws {
        let server = try await PrivatePostgreSQL.shared()
        let database = try await server.makeDatabase()
        try await server.query("CREATE ROLE ledger_\(database) LOGIN PASSWORD 'a b'", in: "postgres")
        let url = server.loopbackURL(
            of: database, user: "ledger_\(database)", password: "a b", options: "sslmode=disable")
        let encrypted = try await Self.write(url).get()
        #expect(encrypted == "false")
    }

    private static func otherCertificate() async throws -> String {
        let server = try await PrivatePostgreSQL.shared()
        return try await server.makeCertificate("stranger").path
    }
}
