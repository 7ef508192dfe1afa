import Foundation
import Ledger
import PrivatePostgreSQL
import Testing

/// What becomes of units of work when the server goes. These tests have a server of their own, one after the other.
@Suite(.enabled(if: PrivatePostgreSQL.isAvailable), .serialized) struct PostgreSQLFailureTests {
    private static let serverTask = Task { try await PrivatePostgreSQL.start() }
    private static let hasty = StoreDeadlines(
        connect: .milliseconds(500), write: .milliseconds(500), read: .milliseconds(500))

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
            _ = try await database.count()
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

    /// Of the commits before a crash, those are there that were flushed, and nobody calls the others safe.
    @Test func aKilledServerKeepsWhatWasFlushed() async throws {
        try await Self.withServer { server, database in
            try await database.insert([1])
            try await database.flush()
            let open = try await Self.commitWithoutWaiting(database)
            try await server.kill()
            try await server.start()
            let count = try await database.count("id = 1")
            #expect(count == 1)
            let error = await Self.error { try await database.flush(open) }
            #expect(error?.name == "unavailable")
            try await database.insert([3])
            try await database.flush()
            try await server.kill()
            try await server.start()
            try await database.expectCount(1, where: "id = 3")
        }
    }

    /// A commit that did not itself wait for the disk, as the first ones do (epoch 0).
    private static func commitWithoutWaiting(_ database: PostgreSQLDatabase) async throws -> CommitMark {
        for id in 100..<10_000 {
            try await database.insert([id])
            if let mark = database.latestCommit, mark.epoch != 0 { return mark }
        }
        throw StoreError.invalid("every commit waits for the disk")
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
