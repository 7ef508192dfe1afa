import Foundation
import Ledger
import PrivatePostgreSQL
import Testing

/// What becomes of units of work when the server goes. These tests have a server of their own, one after the other.
@Suite(.enabled(if: PrivatePostgreSQL.isAvailable), .serialized) struct PostgreSQLFailureTests {
    /// It leaves commits that wait for nobody in memory, so that a crash does lose them.
    private static let serverTask = Task {
        try await PrivatePostgreSQL.start(settings: ["wal_writer_delay": "10s"])
    }
    private static let hasty = StoreDeadlines(
        connect: .seconds(5), write: .seconds(3), read: .seconds(3))

    private static func withServer(
        _ deadlines: StoreDeadlines = .patient,
        _ body: (PrivatePostgreSQL, PostgreSQLDatabase) async throws -> Void
    ) async throws {
        let server = try await serverTask.value
        try await server.start()
        let url = server.url(of: try await server.makeDatabase())
        let database = try PostgreSQLDatabase(url: url, deadlines: deadlines)
        let result = await Result.of {
            _ = try await database.commit(within: .seconds(60)) { session in
                _ = try session.execute("CREATE TABLE items (id BIGINT PRIMARY KEY, label TEXT, body BYTEA)")
            }
            try await body(server, database)
        }
        try server.suspend(false)
        await database.close()
        try result.get()
    }

    /// Everything fails, and soon; nothing hangs.
    private static func expectUnavailable(_ database: PostgreSQLDatabase) async {
        await withTaskGroup(of: StoreError?.self) { group in
            for id in 0..<5 {
                group.addTask { await error { try await database.insert([1000 + id]) } }
                group.addTask { await error { _ = try await database.count() } }
            }
            for await error in group { #expect(error?.name == "unavailable", "\(String(describing: error))") }
        }
    }

    private static func error(_ body: @Sendable () async throws -> Void) async -> StoreError? {
        do { try await body() } catch { return error as? StoreError }
        return nil
    }

    @Test func aStoppedServerIsUsedAgainWhenItIsBack() async throws {
        try await Self.withServer { server, database in
            try await database.insert([1])
            try await database.flush()
            try await database.expectCount(1)
            for round in 2...3 {
                try await server.stopImmediately()
                await Self.expectUnavailable(database)
                try await server.start()
                // What was prepared and what connects are new; the caller does nothing for it.
                try await database.insert([round])
                try await database.expectCount(Int64(round))
                try await database.flush()
            }
        }
    }

    @Test func aServerThatHangsIsGivenUpByTheDeadline() async throws {
        try await Self.withServer(Self.hasty) { server, database in
            try await eventually { _ = try await database.count() }
            try server.suspend(true)
            await Self.expectUnavailable(database)
            // A cancelled read does not wait for it.
            let reading = Task { try await database.count() }
            reading.cancel()
            await #expect(throws: (any Error).self) { try await reading.value }
            try server.suspend(false)
            // The machine may be busy: within a minute it works again, by itself.
            try await eventually { try await database.insert([1]) }
            try await eventually { try await database.flush() }
            try await eventually { try await database.expectCount(1, where: "id = 1") }
        }
    }

    /// After a crash a flush calls those commits safe that are there, and no other; and then all is as before.
    @Test func aCrashIsNeverCalledSafe() async throws {
        try await Self.withServer { server, database in
            try await database.insert([1])
            try await database.flush()
            var commits: [(id: Int, mark: CommitMark)] = []
            for id in 2..<10_000 {
                try await database.insert([id])
                // The first commits wait for the disk themselves (epoch 0).
                if let mark = database.latestCommit, mark.epoch != 0 { commits.append((id, mark)) }
                if commits.count == 50 { break }
            }
            #expect(commits.count == 50)
            try await server.kill()
            try await server.start()
            let rows = try await database.read { try $0.query("SELECT id FROM items") }
            let present = Set(rows.map { $0[0] })
            #expect(present.contains(1))
            for (id, mark) in commits {
                let error = await Self.error { try await database.flush(mark) }
                #expect(error == nil ? present.contains(SQLValue(id)) : error?.name == "unavailable")
            }
            try await database.insert([20_000])
            try await database.flush()
            try await server.kill()
            try await server.start()
            try await database.expectCount(1, where: "id = 20000")
        }
    }

    /// Whatever a crash interrupts: what was flushed before it is there after it.
    @Test func nothingThatWasFlushedIsLostInACrash() async throws {
        try await Self.withServer { server, database in
            let flushed = Counter()
            let acknowledged = try await withThrowingTaskGroup(of: [Int].self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        var ids: [Int] = []
                        for id in (writer * 100_000)... {
                            do {
                                let commit = try await database.commit(within: nil) { session in
                                    try session.execute("INSERT INTO items (id) VALUES ($1)", [[SQLValue(id)]])
                                }
                                try await database.flush(commit.mark)
                            } catch {
                                break
                            }
                            ids.append(id)
                            flushed.add(1)
                        }
                        return ids
                    }
                }
                group.addTask {
                    // A writer may fail first, but not before the kill.
                    while flushed.count < 200 { await Task.yield() }
                    try await server.kill()
                    return []
                }
                return try await group.reduce(into: [Int]()) { $0 += $1 }
            }
            try await server.start()
            let ids = try await database.read { try $0.query("SELECT id FROM items") }
            #expect(acknowledged.count >= 200)
            #expect(Set(acknowledged.map { SQLValue($0) }).subtracting(ids.map { $0[0] }).isEmpty)
        }
    }

    /// A transaction whose connection is lost halfway is not continued on another one.
    @Test func aConnectionLostInATransaction() async throws {
        try await Self.withServer { server, database in
            let (begun, goOn) = (ThreadGate(), ThreadGate())
            let writing = Task {
                try await database.write { session in
                    try session.execute("INSERT INTO items (id) VALUES ($1)", [[1]])
                    begun.open()
                    try goOn.wait()
                    try session.execute("INSERT INTO items (id) VALUES ($1)", [[2]])
                }
            }
            try await begun.opened()
            try await server.query(
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = 'gleaner'",
                in: "postgres")
            goOn.open()
            let error = await Self.error { _ = try await writing.value }
            #expect(error?.name == "unavailable")
            try await database.insert([3])
            try await database.expectCount(1)
        }
    }

    /// Tries again until it works, for a minute at most.
    private func eventually(_ body: () async throws -> Void) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            do { return try await body() } catch {
                guard ContinuousClock.now < end else { throw error }
                await Task.yield()
            }
        }
    }
}
