import Ledger
import Testing

/// All or nothing, on both databases.
@Suite struct StoreTransactionTests {
    struct Refusal: Error, Equatable {}

    @Test(arguments: StoreKind.available) func whatABodyThrowsUndoesEverything(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            let before = database.latestCommit
            await #expect(throws: Refusal()) {
                try await database.write { session in
                    try session.execute("INSERT INTO items (id) VALUES ($1)", [[1], [2]])
                    #expect(try session.first("SELECT count(*) FROM items")?.integer(0) == 2)
                    throw Refusal()
                }
            }
            try await database.expectCount(0)
            #expect(database.latestCommit == before)
        }
    }

    /// A body cannot keep the half that worked by hiding an error, and the caller learns the first one.
    @Test(arguments: StoreKind.available) func anErrorThatABodyHidesIsFinal(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            let error = await #expect(throws: StoreError.self) {
                try await database.write { session in
                    try session.execute("INSERT INTO items (id) VALUES ($1)", [[1]])
                    _ = try? session.execute("INSERT INTO items (id) VALUES ($1)", [[1]])
                    #expect(throws: StoreError.self) { try session.first("SELECT 1") }
                    _ = try? session.execute("INSERT INTO nowhere (id) VALUES ($1)", [[2]])
                }
            }
            #expect(error?.name == "conflict")
            try await database.expectCount(0)
        }
    }

    @Test(arguments: StoreKind.available) func constraintsAreToldApart(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            try await database.write { session in
                try session.execute(
                    session.dialect.schema(
                        """
                        CREATE TABLE strict (a BIGINT NOT NULL UNIQUE, b BIGINT CHECK (b > 0), \
                        c BIGINT REFERENCES items (id))
                        """))
                try session.execute("INSERT INTO strict VALUES ($1, $2, $3)", [[1, 1, nil]])
            }
            let expected: [([SQLValue], String)] = [
                ([1, 2, nil], "conflict"), ([nil, 2, nil], "invalid"), ([2, -1, nil], "invalid"),
                ([2, 2, 77], "invalid"),
            ]
            for (row, name) in expected {
                let error = await #expect(throws: StoreError.self) {
                    try await database.write { try $0.execute("INSERT INTO strict VALUES ($1, $2, $3)", [row]) }
                }
                #expect(error?.name == name, "\(row)")
            }
            let row = try await database.read { try $0.query("SELECT * FROM strict") }
            #expect(row.map(\.values) == [[1, 1, nil]])
        }
    }

    /// What was stored is not for logs.
    @Test(arguments: StoreKind.available) func errorsHoldNoStoredValue(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            let insert = "INSERT INTO secrets (name) VALUES ($1)"
            try await database.write { session in
                try session.execute("CREATE TABLE secrets (name TEXT PRIMARY KEY)")
                try session.execute(insert, [["sesame"]])
            }
            let error = await #expect(throws: StoreError.self) {
                try await database.write { try $0.execute(insert, [["sesame"]]) }
            }
            #expect(error?.name == "conflict")
            #expect(error.map { $0.description.contains("sesame") } == false)
        }
    }

    @Test(arguments: StoreKind.available) func aReadCannotWrite(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            let error = await #expect(throws: StoreError.self) {
                try await database.read { try $0.execute("INSERT INTO items (id) VALUES ($1)", [[1]]) }
            }
            #expect(error?.name == "readOnly")
            try await database.expectCount(0)
        }
    }

    /// A read sees one moment, whatever is committed meanwhile, and holds up no write.
    @Test(arguments: StoreKind.available) func aReadSeesOneMoment(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { store, database in
            try await database.insert(1...3)
            let (seen, written) = (ThreadGate(), ThreadGate())
            async let counts = database.read { session in
                let first = try session.first("SELECT count(*) FROM items")?.integer(0)
                seen.open()
                try written.wait()
                return [first, try session.first("SELECT count(*) FROM items")?.integer(0)]
            }
            try await seen.opened()
            let other = try store.open()
            try await database.insert([4])
            try await other.insert([5])
            try await database.expectCount(5)
            written.open()
            #expect(try await counts == [3, 3])
            await other.close()
        }
    }

    @Test(arguments: StoreKind.available) func aSessionEndsWithItsTransaction(_ kind: StoreKind) async throws {
        final class Thief: @unchecked Sendable { var session: (any SQLSession)? }
        try await TestStore.withItems(kind) { _, database in
            let thief = Thief()
            try await database.write { thief.session = $0 }
            #expect(throws: StoreError.self) { try thief.session?.execute("INSERT INTO items (id) VALUES (1)") }
            try await database.expectCount(0)
        }
    }

    @Test(arguments: StoreKind.available) func rowsCanBeLeftAndTakenAgain(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            try await database.insert(0..<1500)
            let counts = try await database.write { session in
                try (0..<3).map { _ in
                    var count = 0
                    do {
                        try session.forEach("SELECT id FROM items ORDER BY id", []) { _ in
                            count += 1
                            if count == 1200 { throw Refusal() }
                        }
                    } catch is Refusal {}
                    return count
                }
            }
            #expect(counts == [1200, 1200, 1200])
        }
    }

    @Test(arguments: StoreKind.available) func closedIsClosed(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { store, _ in
            let database = try store.open()
            try await database.insert([1])
            await database.close()
            await database.close()
            await #expect(throws: StoreError.unavailable("it is closed")) { try await database.insert([2]) }
            await #expect(throws: StoreError.unavailable("it is closed")) { try await database.count() }
            await #expect(throws: StoreError.unavailable("it is closed")) { try await database.flush() }
            let again = try store.open()
            try await again.expectCount(1)
            await again.close()
        }
    }

    /// Closing waits for what has begun, refuses the rest, and loses nothing that was reported.
    @Test(arguments: StoreKind.available) func closingBesideWrites(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { store, _ in
            for round in 0..<5 {
                let database = try store.open()
                let written = await withTaskGroup(of: Int?.self) { group in
                    for id in 0..<20 {
                        let number = round * 100 + id
                        group.addTask { await (try? database.insert([number])).map { number } }
                        if id == 10 {
                            group.addTask {
                                await database.close(); return nil
                            }
                        }
                    }
                    return await group.reduce(into: [Int]()) { if let id = $1 { $0.append(id) } }
                }
                let again = try store.open()
                let range = "id >= \(round * 100) AND id < \(round * 100 + 100)"
                try await again.expectCount(Int64(written.count), where: range)
                await again.close()
            }
        }
    }
}
