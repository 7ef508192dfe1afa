import Ledger
import Testing

/// Schemas go forward once, and only where they are known, on both databases.
@Suite struct StoreMigrationTests {
    private static let history = [
        Migration(number: 1, name: "accounts", statements: ["CREATE TABLE accounts (name TEXT PRIMARY KEY, n BIGINT)"]),
        Migration(
            number: 2, name: "first account",
            statements: ["INSERT INTO accounts VALUES ('platform', 0)", "CREATE INDEX by_n ON accounts (n)"]),
        Migration(number: 3, name: "count") { dialect in
            [dialect == .sqlite ? "UPDATE accounts SET n = n + 1" : "UPDATE accounts SET n = accounts.n + 1"]
        },
    ]

    private static func expect(
        n: Int64?, _ database: any SQLDatabase, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await database.read { session in
            try session.first("SELECT n FROM accounts WHERE name = 'platform'")?.integer(0)
        }
        #expect(found == n, sourceLocation: sourceLocation)
    }

    private static func expect(
        applied: [Int], by migrations: [Migration], _ database: any SQLDatabase, nowMs: Int64 = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let numbers = try await Migration.run(migrations, on: database, nowMs: nowMs)
        #expect(numbers == applied, sourceLocation: sourceLocation)
    }

    @Test(arguments: StoreKind.available) func eachRunsOnceAndIsRecorded(_ kind: StoreKind) async throws {
        try await TestStore.withDatabase(kind) { _, database in
            try await Self.expect(applied: [1, 2], by: Array(Self.history[..<2]), database, nowMs: 5)
            try await Self.expect(applied: [3], by: Self.history, database, nowMs: 9)
            try await Self.expect(applied: [], by: Self.history, database, nowMs: 11)
            try await Self.expect(n: 1, database)
            let recorded = try await database.read { session in
                try session.query("SELECT number, name, applied_ms FROM schema_migrations ORDER BY number")
            }
            #expect(recorded.map(\.values) == [[1, "accounts", 5], [2, "first account", 5], [3, "count", 9]])
        }
    }

    @Test(arguments: StoreKind.available) func manyProcessesAtOnce(_ kind: StoreKind) async throws {
        try await TestStore.with(kind) { store in
            let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let database = try store.open()
                        defer { Task { await database.close() } }
                        return try await Migration.run(Self.history, on: database, nowMs: 0)
                    }
                }
                return try await group.reduce(into: [Int]()) { $0 += $1 }
            }
            #expect(applied.sorted() == [1, 2, 3])
            let database = try store.open()
            try await Self.expect(n: 1, database)
            await database.close()
        }
    }

    @Test(arguments: StoreKind.available) func aNewerSchemaIsLeftAlone(_ kind: StoreKind) async throws {
        try await TestStore.withDatabase(kind) { _, database in
            try await Migration.run(Self.history, on: database, nowMs: 0)
            await #expect(throws: StoreError.newerSchema(found: 3, known: 2)) {
                try await Migration.run(Array(Self.history[..<2]), on: database, nowMs: 0)
            }
            await #expect(throws: StoreError.newerSchema(found: 3, known: 0)) {
                try await Migration.run([], on: database, nowMs: 0)
            }
            try await Self.expect(n: 1, database)
        }
    }

    @Test(arguments: StoreKind.available) func aChangedHistoryIsRefused(_ kind: StoreKind) async throws {
        try await TestStore.withDatabase(kind) { _, database in
            try await Migration.run(Array(Self.history[..<2]), on: database, nowMs: 0)
            var other = Self.history
            other[1] = Migration(number: 2, name: "another", statements: ["DROP TABLE accounts"])
            let error = await #expect(throws: StoreError.self) {
                try await Migration.run(other, on: database, nowMs: 0)
            }
            #expect(error?.name == "corrupt")
            try await Self.expect(n: 0, database)
        }
    }

    @Test(arguments: StoreKind.available) func aMigrationThatFailsLeavesNothing(_ kind: StoreKind) async throws {
        try await TestStore.withDatabase(kind) { _, database in
            var broken = Self.history
            broken[1] = Migration(
                number: 2, name: "first account",
                statements: ["INSERT INTO accounts VALUES ('platform', 0)", "INSERT INTO nowhere VALUES (1)"])
            let error = await #expect(throws: StoreError.self) {
                try await Migration.run(broken, on: database, nowMs: 0)
            }
            #expect(error?.name == "invalid")
            try await Self.expect(n: nil, database)
            try await Self.expect(applied: [2, 3], by: Self.history, database, nowMs: 0)
            try await Self.expect(n: 1, database)
        }
    }

    @Test(arguments: StoreKind.available) func numbersHaveNoGaps(_ kind: StoreKind) async throws {
        try await TestStore.withDatabase(kind) { _, database in
            let error = await #expect(throws: StoreError.self) {
                try await Migration.run([Self.history[0], Self.history[2]], on: database, nowMs: 0)
            }
            #expect(error?.name == "invalid")
        }
    }

    /// What another process's migration changed does not break a program that runs beside it for long.
    @Test(arguments: StoreKind.available) func statementsPreparedBeforeAreValidAfter(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { store, database in
            let select = "SELECT * FROM items"
            try await database.insert([1])
            for _ in 0..<2 { #expect(try await database.read { try $0.first(select)?.count } == 3) }
            let other = try store.open()
            try await other.write { _ = try $0.execute("ALTER TABLE items ADD COLUMN more TEXT") }
            await other.close()
            // PostgreSQL refuses the old plan once, on each connection that has it.
            let results = await [
                Result.of { try await database.read { try $0.first(select)?.count } },
                Result.of { try await database.read { try $0.first(select)?.count } },
            ]
            if case .failure(let error) = results[0] {
                #expect(kind == .postgreSQL)
                #expect((error as? StoreError)?.name == "unavailable", "\(error)")
            }
            #expect(try results[1].get() == 4)
        }
    }
}
