import Foundation
import Ledger
import PrivatePostgreSQL
import Testing

/// Locations as people write them.
@Suite struct DatabaseLocationTests {
    @Test func pathsAndURLs() throws {
        for path in ["ledger.db", "./a b/ledger.db", "/var/lib/gleaner/ledger.db", "a:b", "postgresql", "C:x"] {
            #expect(try DatabaseLocation(path) == .sqlite(path: path))
        }
        for url in [
            "postgresql://ledger@db.example/ledger", "postgres://u:p@127.0.0.1:5433/x?sslmode=verify-full",
            "postgresql:///ledger?host=/run/postgresql", "postgresql://a:1,b:2/x?target_session_attrs=read-write",
        ] {
            #expect(try DatabaseLocation(url) == .postgreSQL(url: url))
        }
    }

    @Test(arguments: [
        "", ":memory:", "file:ledger.db", "file:///ledger.db", "mysql://u:hunter2@h/d", "sqlite://ledger.db", "data/",
        "a\0b", "postgresql://u:hunter2@h/d?ssl_mode=verify-full", "postgresql://u:hunter2@h/d?sslmode",
        "postgresql://u:hun/ter2@h/d", "postgresql://u:hun@ter2@h/d", "postgresql://u:hunter2%@h/d",
        "postgresql://u:p@h:hunter2/d",
    ])
    func whatIsNeitherIsRefusedWithoutItsPassword(_ text: String) throws {
        let error = #expect(throws: StoreError.self) { try DatabaseLocation(text) }
        #expect(error?.name == "invalid")
        let description = error?.description ?? ""
        for secret in ["hunter2", "ter2", "hun"] { #expect(!description.contains(secret), "\(description)") }
    }

    @Test func descriptionsHaveNoPassword() throws {
        let location = try DatabaseLocation("postgresql://ledger:hunter2@db.example:5433/money?sslmode=require")
        #expect("\(location)" == "PostgreSQL at db.example:5433, database money")
        var dumped = ""
        dump(location, to: &dumped)
        for text in ["\(location)", String(reflecting: location), dumped] {
            #expect(!text.contains("hunter2"), "\(text)")
        }
        #expect("\(try DatabaseLocation("/a/ledger.db"))" == "/a/ledger.db")
    }

    @Test func aNewFileIsItsOwnersAlone() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("new/deeper/ledger.db")
            let database = try DatabaseLocation(path).open()
            try await database.write { _ = try $0.execute("CREATE TABLE items (id INTEGER PRIMARY KEY)") }
            try await database.insert([1])
            let modes = try ["new", "new/deeper", "new/deeper/ledger.db", "new/deeper/ledger.db-wal"].map { name in
                try FileManager.default.attributesOfItem(atPath: folder.path(name))[.posixPermissions] as? Int
            }
            #expect(modes == [0o700, 0o700, 0o600, 0o600])
            await database.close()
            // What is there is opened as it is.
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
            let again = try DatabaseLocation(path).open()
            try await again.expectCount(1)
            await again.close()
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o640)
        }
    }

    @Test func whatIsNoFileIsNotOpened() async throws {
        try await TemporaryFolder.with { folder in
            try Data().write(to: URL(fileURLWithPath: folder.path("file")))
            for (path, name) in [(folder.url.path, "invalid"), (folder.path("file/ledger.db"), "unavailable")] {
                let error = #expect(throws: StoreError.self) { try DatabaseLocation(path).open() }
                #expect(error?.name == name, "\(String(describing: error))")
            }
        }
    }

    @Test(.enabled(if: PrivatePostgreSQL.isAvailable)) func aURLOpensPostgreSQL() async throws {
        try await TestStore.with(.postgreSQL) { store in
            let database = try DatabaseLocation(store.place).open(.patient)
            #expect(database.dialect == .postgreSQL)
            try await database.write { _ = try $0.execute("CREATE TABLE items (id BIGINT PRIMARY KEY)") }
            try await database.insert([1])
            try await database.expectCount(1)
            await database.close()
        }
    }
}
