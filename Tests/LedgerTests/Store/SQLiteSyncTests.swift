import Foundation
import Ledger
import Synchronization
import Testing

/// How SQLite's commits become durable.
@Suite struct SQLiteSyncTests {
    /// A disk that counts syncs, and refuses them when told to.
    private final class Disk: Sendable {
        let syncs = Counter()
        let isBroken = Atomic(false)
        let onSync = Mutex<(@Sendable () -> Void)?>(nil)

        func sync(_ descriptor: Int32) -> Int32 {
            syncs.add(1)
            onSync.withLock { $0 }?()
            guard !isBroken.load(ordering: .relaxed) else {
                errno = EIO
                return -1
            }
            return fdatasync(descriptor)
        }

        var count: Int { syncs.count }
    }

    private static func open(_ folder: TemporaryFolder, _ disk: Disk) async throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(path: folder.path("ledger.db"), deadlines: .patient) { disk.sync($0) }
        try await database.write { session in
            _ = try session.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, label TEXT, body BLOB)")
        }
        return database
    }

    @Test func onlyAFlushSyncs() async throws {
        try await TemporaryFolder.with { folder in
            let disk = Disk()
            let database = try await Self.open(folder, disk)
            try await database.insert(0..<10)
            #expect(disk.count == 0)
            // SQLite itself syncs no commit (NORMAL).
            let mode = try await database.write { try $0.first("PRAGMA synchronous")?[0] }
            #expect(mode == 1)
            try await database.flush()
            #expect(disk.count == 1)
            // What is durable needs no other sync.
            try await database.flush()
            #expect(disk.count == 1)
            try await database.insert([10])
            try await database.flush()
            #expect(disk.count == 2)
            await database.close()
        }
    }

    /// All who come while a sync runs share the next one; nobody is answered by the one that ran already.
    @Test func flushesShareASync() async throws {
        try await TemporaryFolder.with { folder in
            let disk = Disk()
            let database = try await Self.open(folder, disk)
            let (begun, goOn) = (ThreadGate(), ThreadGate())
            disk.onSync.withLock { action in
                action = {
                    disk.onSync.withLock { $0 = nil }
                    begun.open()
                    try? goOn.wait()
                }
            }
            async let first: Void = database.flush()
            try await begun.opened()
            try await database.insert(0..<5)
            let waiting = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        waiting.add(1)
                        try await database.flush()
                    }
                }
                while waiting.count < 20 { await Task.yield() }
                #expect(disk.count == 1)
                goOn.open()
                try await group.waitForAll()
            }
            try await first
            // A task that has said so may not be waiting yet, so some may need a third; twenty would be one each.
            #expect((2...4).contains(disk.count))
            await database.close()
        }
    }

    /// After a failed sync no commit from before it is ever called safe; later ones are, once SQLite has copied
    /// everything.
    @Test func aFailedSyncIsNotForgotten() async throws {
        try await TemporaryFolder.with { folder in
            let disk = Disk()
            let database = try await Self.open(folder, disk)
            try await database.insert([1])
            let safe = try #require(database.latestCommit)
            try await database.flush(safe)
            try await database.insert([2])
            let lost = try #require(database.latestCommit)
            disk.isBroken.store(true, ordering: .relaxed)
            for _ in 0..<2 {
                let error = await #expect(throws: StoreError.self) { try await database.flush(lost) }
                #expect(error?.name == "unavailable")
            }
            disk.isBroken.store(false, ordering: .relaxed)
            await #expect(throws: StoreError.self) { try await database.flush(lost) }
            try await database.flush(safe)
            try await database.insert([3])
            try await database.flush()
            try await database.expectCount(3)
            await database.close()
        }
    }

    /// Whoever removes the file under a running ledger is told, and no sync is claimed.
    @Test func aRemovedLogIsNoticed() async throws {
        try await TemporaryFolder.with { folder in
            let disk = Disk()
            let database = try await Self.open(folder, disk)
            try await database.flush()
            try FileManager.default.removeItem(atPath: folder.path("ledger.db-wal"))
            try await database.insert([1])
            let error = await #expect(throws: StoreError.self) { try await database.flush() }
            #expect(error?.name == "corrupt")
            await database.close()
        }
    }

    /// The log is copied into the database beside the commits, and begins anew: it does not grow with what is written.
    @Test func theLogDoesNotGrowForever() async throws {
        try await TemporaryFolder.with { folder in
            let disk = Disk()
            let database = try await Self.open(folder, disk)
            let body = SQLValue.bytes([UInt8](repeating: 7, count: 1 << 20))
            var largest = 0
            for _ in 0..<160 {
                try await database.write { session in
                    _ = try session.execute(
                        "INSERT INTO items (id, body) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET body = $1", [[body]]
                    )
                }
                let size = try FileManager.default.attributesOfItem(atPath: folder.path("ledger.db-wal"))[.size] as? Int
                largest = max(largest, size ?? 0)
            }
            try await database.flush()
            // 160 MiB went through it.
            #expect(largest < 80 << 20)
            try await database.expectCount(1)
            await database.close()
            // The last one to close leaves one file.
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["ledger.db"])
        }
    }
}
