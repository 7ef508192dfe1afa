import Foundation
import GRDB
import Ledger
import Testing

/// What files and disks do to SQLite.
@Suite struct SQLiteFileTests {
    private static func makeItems(_ path: String) async throws {
        let database = try SQLiteDatabase(path: path)
        try await database.write { session in
            try session.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, label TEXT, body BLOB)")
            try session.execute("INSERT INTO items (id) VALUES ($1)", [[1], [2]])
        }
        await database.close()
    }

    @Test func aFileThatIsNoDatabase() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("notes.txt")
            let text = Data(String(repeating: "Dear diary, ", count: 1000).utf8)
            try text.write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: StoreError.self) { try SQLiteDatabase(path: path) }
            #expect(error?.name == "corrupt")
            #expect(error?.description.contains(path) == true)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
        }
    }

    @Test func aDamagedDatabase() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("ledger.db")
            try await Self.makeItems(path)
            // The b-tree pages after the first become noise; the header stays.
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(bytes.count > 4096)
            for index in 4096..<bytes.count { bytes[index] = 0xA5 }
            try bytes.write(to: URL(fileURLWithPath: path))
            let database = try SQLiteDatabase(path: path)
            let error = await #expect(throws: StoreError.self) { try await database.count() }
            #expect(error?.name == "corrupt")
            await database.close()
        }
    }

    @Test func aFolderThatIsNotThere() async throws {
        try await TemporaryFolder.with { folder in
            let error = #expect(throws: StoreError.self) { try SQLiteDatabase(path: folder.path("none/ledger.db")) }
            #expect(error?.name == "unavailable")
        }
    }

    /// As a user who may not write the file: root may, so that there the thread gives its right up for a moment.
    @Test func aReadOnlyFile() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("ledger.db")
            try await Self.makeItems(path)
            try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
            try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.url.path)
            defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path) }
            let error = try withoutRights { #expect(throws: StoreError.self) { try SQLiteDatabase(path: path) } }
            #expect(error?.name == "readOnly")
            #expect(error?.description.contains(path) == true)
        }
    }

    /// `max_page_count` makes SQLite's own error of a full disk.
    @Test func aFullDisk() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("ledger.db")
            try await Self.makeItems(path)
            let database = try SQLiteDatabase(path: path)
            let insert = "INSERT INTO items (body) VALUES ($1)"
            let big: [SQLValue] = [.bytes([UInt8](repeating: 1, count: 10_000))]
            try await database.write { session in
                let pages = try session.first("PRAGMA page_count")?.integer(0) ?? 0
                _ = try session.query("PRAGMA max_page_count = \(pages + 8)")
            }
            let error = await #expect(throws: StoreError.self) {
                try await database.write { session in
                    try session.execute("INSERT INTO items (id) VALUES (77)")
                    for _ in 0..<100 { try session.execute(insert, [big]) }
                }
            }
            #expect(error?.name == "diskFull")
            // Nothing of it is there; reads and small writes go on, and with more room so do large ones.
            try await database.expectCount(2)
            try await database.insert([3])
            try await database.write { session in
                _ = try session.query("PRAGMA max_page_count = 100000")
                for _ in 0..<100 { try session.execute(insert, [big]) }
            }
            try await database.flush()
            try await database.expectCount(103)
            await database.close()
        }
    }

    /// The lock of another connection, as of another process, ends the wait by its deadline and hurts nobody.
    @Test func anotherHoldsTheLock() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.path("ledger.db")
            try await Self.makeItems(path)
            let database = try SQLiteDatabase(path: path)
            let other = try DatabaseQueue(path: path)
            let (held, release) = (ThreadGate(), ThreadGate())
            async let holding: Void = other.writeWithoutTransaction { database in
                try database.execute(sql: "BEGIN IMMEDIATE; INSERT INTO items (id) VALUES (10)")
                held.open()
                try release.wait()
                try database.execute(sql: "COMMIT")
            }
            try await held.opened()
            let error = await #expect(throws: StoreError.self) {
                try await database.commit(within: .milliseconds(200)) { try $0.execute("DELETE FROM items") }
            }
            #expect(error?.name == "unavailable")
            try await database.expectCount(2)
            // One who waits longer than the lock is held gets it.
            async let waiting: Void = database.insert([11])
            release.open()
            try await holding
            try await waiting
            try await database.expectCount(4)
            try other.close()
            await database.close()
        }
    }

    /// A file from elsewhere may hold columns that we never write.
    @Test func textThatIsNotUTF8() async throws {
        try await TestStore.withItems(.sqlite) { _, database in
            let error = await #expect(throws: StoreError.self) {
                try await database.read { try $0.query("SELECT CAST(x'ff41' AS TEXT)") }
            }
            #expect(error?.name == "corrupt")
        }
    }
}
