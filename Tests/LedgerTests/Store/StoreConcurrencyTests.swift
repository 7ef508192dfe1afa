import Ledger
import Testing

/// Several at once, in one process and in several, on both databases.
@Suite struct StoreConcurrencyTests {
    /// Two gateways count in the same row: no increment is lost.
    @Test(arguments: StoreKind.available) func twoWritersLoseNoUpdate(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { store, first in
            try await first.write { _ = try $0.execute("INSERT INTO items (id, label) VALUES (1, '0')") }
            let second = try store.open()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<100 {
                    let database = index % 2 == 0 ? first : second
                    group.addTask {
                        try await database.write { session in
                            let select = "SELECT label FROM items WHERE id = $1\(session.dialect.lockingClause)"
                            let count = try session.first(select, [1])?.text(0)
                            let next = count.flatMap { Int($0) }.map { "\($0 + 1)" }
                            try session.execute("UPDATE items SET label = $1 WHERE id = 1", [[SQLValue(next)]])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let count = try await second.read { try $0.first("SELECT label FROM items")?.text(0) }
            #expect(count == "100")
            await second.close()
        }
    }

    /// Of all who insert one key, one succeeds and the others hear of a conflict.
    @Test(arguments: StoreKind.available) func aKeyIsTakenOnce(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { store, first in
            let databases = try [first] + (0..<2).map { _ in try store.open() }
            let names = await withTaskGroup(of: String.self) { group in
                for database in databases {
                    group.addTask {
                        let result = await Result.of { try await database.insert([7]) }
                        guard case .failure(let error) = result else { return "written" }
                        return (error as? StoreError)?.name ?? "\(error)"
                    }
                }
                return await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(names.sorted() == ["conflict", "conflict", "written"])
            for database in databases.dropFirst() { await database.close() }
        }
    }

    /// Writes of one object never overlap, and go in the order they came in.
    @Test(arguments: StoreKind.available) func writesAreSerial(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            let inside = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in 0..<50 {
                    group.addTask {
                        try await database.write { session in
                            #expect(inside.add(1) == 1)
                            try session.execute("INSERT INTO items (id) VALUES ($1)", [[SQLValue(id)]])
                            #expect(inside.add(-1) == 0)
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await database.expectCount(50)
        }
    }

    @Test(arguments: StoreKind.available) func aWriteCancelledInTheQueueNeverRuns(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            let (begun, goOn) = (ThreadGate(), ThreadGate())
            async let running: Void = database.write { session in
                begun.open()
                try goOn.wait()
                try session.execute("INSERT INTO items (id) VALUES ($1)", [[1]])
            }
            try await begun.opened()
            let waiting = Task { try await database.insert([2]) }
            waiting.cancel()
            // It does not wait for its turn to say so.
            await #expect(throws: CancellationError.self) { try await waiting.value }
            goOn.open()
            try await running
            try await database.insert([3])
            try await database.expectCount(2, where: "id <> 2")
            try await database.expectCount(2)
        }
    }

    @Test(arguments: StoreKind.available) func aWriteCancelledWhileItRunsIsCompleted(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            let (begun, goOn) = (ThreadGate(), ThreadGate())
            let running = Task {
                try await database.write { session in
                    try session.execute("INSERT INTO items (id) VALUES ($1)", [[1]])
                    begun.open()
                    try goOn.wait()
                    try session.execute("INSERT INTO items (id) VALUES ($1)", [[2]])
                    return "done"
                }
            }
            try await begun.opened()
            running.cancel()
            goOn.open()
            #expect(try await running.value == "done")
            try await database.expectCount(2)
        }
    }

    /// Its query would take longer than anyone lives; cancelled in the middle of it, it stops.
    @Test(arguments: StoreKind.available) func aReadCancelledWhileItRunsStops(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            let begun = ThreadGate()
            let running = Task {
                try await database.read { session in
                    begun.open()
                    return try session.query(Endless.query)
                }
            }
            try await begun.opened()
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
            // Its connection serves others, or was replaced.
            for _ in 0..<8 { try await database.expectCount(0) }
        }
    }

    @Test(arguments: StoreKind.available) func whatTakesTooLongIsGivenUp(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { store, _ in
            let hasty = try store.open(
                StoreDeadlines(connect: .seconds(60), write: .seconds(60), read: .milliseconds(300)))
            let read = await #expect(throws: StoreError.self) { try await hasty.read { try $0.query(Endless.query) } }
            #expect(read?.name == "unavailable")
            let write = await #expect(throws: StoreError.self) {
                try await hasty.commit(within: .milliseconds(300)) { session in
                    try session.execute("INSERT INTO items (id) VALUES ($1)", [[1]])
                    return try session.query(Endless.query).count
                }
            }
            #expect(write?.name == "unavailable")
            try await hasty.insert([2])
            await hasty.close()
            let patient = try store.open()
            try await patient.expectCount(1)
            await patient.close()
        }
    }

    /// More reads at once than there are connections, each with other reads behind it.
    @Test(arguments: StoreKind.available) func manyReadsAtOnce(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            try await database.insert(0..<100)
            let sums = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for limit in 0..<60 {
                    group.addTask {
                        try await database.read { session in
                            try session.first("SELECT count(*) FROM items WHERE id < $1", [SQLValue(limit)])?.integer(0)
                        }
                    }
                }
                return try await group.reduce(into: Int64(0)) { $0 += $1 ?? 0 }
            }
            #expect(sums == (0..<60).reduce(0, +))
        }
    }
}

/// A query without an end that both databases begin at once.
enum Endless {
    static let query = """
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000000000000)
        SELECT count(*) FROM numbers WHERE n < 0
        """
}
