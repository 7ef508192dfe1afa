import Ledger
import PrivatePostgreSQL
import Testing

/// Statements, pipelined or one by one, mean the same on both databases.
@Suite struct StoreStatementTests {
    @Test(arguments: StoreKind.available) func tenThousandRowsInOneCall(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            let rows = (0..<10_000).map { [SQLValue($0), .text("label \($0)"), .bytes([UInt8($0 % 256)])] }
            let changed = try await database.write { try $0.execute("INSERT INTO items VALUES ($1, $2, $3)", rows) }
            #expect(changed == 10_000)
            let updated = try await database.write { session in
                try session.execute(
                    "UPDATE items SET label = $1 WHERE id >= $2 AND id < $3",
                    [["a", 0, 10], ["b", 5, 20], ["c", -9, -1]])
            }
            #expect(updated == 25)
            let labels = try await database.read { session in
                try session.queries("SELECT label FROM items WHERE id = $1", (0..<10_000).map { [SQLValue($0)] })
            }
            for (id, answer) in labels.enumerated() {
                #expect(answer.map { $0[0] } == [id < 5 ? "a" : id < 20 ? "b" : .text("label \(id)")])
            }
        }
    }

    @Test(arguments: StoreKind.available) func parametersCountByTheirNumbers(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            try await database.write { session in
                _ = try session.execute("INSERT INTO items (label, id) VALUES ($2, $1)", [[1, "one"]])
            }
            let row = try await database.read { session in
                try session.first(
                    "SELECT id, label FROM items WHERE label = $2 AND id = $1 AND label = $2", [1, "one"])
            }
            #expect(row?.values == [1, "one"])
        }
    }

    @Test(arguments: StoreKind.available) func changesCountWhatChanged(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            try await database.write { session in
                let insert = "INSERT INTO items (id) VALUES ($1) ON CONFLICT DO NOTHING"
                #expect(try session.execute(insert, [[1], [2], [1]]) == 2)
                #expect(try session.execute(insert, [[1], [2]]) == 0)
                #expect(try session.execute(session.dialect.schema("CREATE TABLE other (id BIGINT)")) == 0)
                #expect(try session.execute("SELECT id FROM items") == 0)
                #expect(try session.execute(insert, []) == 0)
                let upsert = "INSERT INTO items (id, label) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET label = $2"
                #expect(try session.execute(upsert, [[1, "x"], [3, "y"]]) == 2)
                #expect(try session.execute("DELETE FROM items") == 3)
                let returned = try session.queries("INSERT INTO items (id) VALUES ($1) RETURNING id", [[7], [8]])
                #expect(returned.map { $0.map(\.values) } == [[[7]], [[8]]])
            }
            try await database.expectCount(2)
        }
    }

    @Test(arguments: StoreKind.available) func rowsOneByOneWithOthersBetween(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            try await database.insert(0..<2500)
            let (sum, pairs) = try await database.read { session in
                var (sum, pairs) = (Int64(0), 0)
                let select = "SELECT id FROM items WHERE id >= $1 ORDER BY id"
                try session.forEach(select, [500]) { row in
                    sum += try row.integer(0)
                    // The same statement within itself, and another one.
                    guard try row.integer(0) >= 2498 else { return }
                    try session.forEach(select, [2498]) { _ in pairs += 1 }
                    #expect(try session.first("SELECT count(*) FROM items")?.integer(0) == 2500)
                }
                return (sum, pairs)
            }
            #expect(sum == Int64((500..<2500).reduce(0, +)))
            #expect(pairs == 4)
        }
    }

    @Test(arguments: StoreKind.available) func anErrorEndsTheRows(_ kind: StoreKind) async throws {
        struct Enough: Error {}
        try await TestStore.withItems(kind) { _, database in
            try await database.insert(0..<2500)
            await #expect(throws: Enough.self) {
                try await database.read { session in
                    try session.forEach("SELECT id FROM items ORDER BY id", []) { row in
                        if try row.integer(0) == 1200 { throw Enough() }
                    }
                }
            }
            try await database.expectCount(2500)
        }
    }

    @Test(arguments: StoreKind.available) func wrongStatementsAreInvalid(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            let wrong: [(String, [SQLValue])] = [
                ("SELEC 1", []), ("SELECT nothing FROM items", []), ("SELECT id FROM nowhere", []),
                ("SELECT id FROM items WHERE id = $1", []), ("SELECT id FROM items WHERE id = $1", [1, 2]),
                ("SELECT 1; SELECT 2", []),
            ]
            for (sql, arguments) in wrong {
                let error = await #expect(throws: StoreError.self) {
                    try await database.read { try $0.query(sql, arguments) }
                }
                guard case .invalid = error else {
                    Issue.record("\(sql): \(String(describing: error))")
                    continue
                }
            }
            await #expect(throws: StoreError.self) {
                try await database.write {
                    try $0.execute("INSERT INTO items (id, label) VALUES ($1, $2)", [[1, "a"], [2]])
                }
            }
            // STRICT tables and typed parameters: neither store takes text for a number.
            await #expect(throws: StoreError.self) {
                try await database.write { try $0.execute("INSERT INTO items (id) VALUES ($1)", [["one"]]) }
            }
            let count = try await database.count()
            #expect(count == 0)
        }
    }

    @Test(.enabled(if: PrivatePostgreSQL.isAvailable)) func statementsArePreparedOnce() async throws {
        try await TestStore.withItems(.postgreSQL) { _, database in
            for id in 0..<20 {
                try await database.write { session in
                    let row: [SQLValue] = [SQLValue(id), id % 2 == 0 ? nil : "label"]
                    _ = try session.execute("INSERT INTO items (id, label) VALUES ($1, $2)", [row])
                }
            }
            let prepared = try await database.write { session in
                try session.first(
                    "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO items%'")
            }
            // One for a label that is null in the first row, one for text; none for each transaction.
            #expect(try prepared?.integer(0) == 2)
        }
    }

    @Test(.enabled(if: PrivatePostgreSQL.isAvailable)) func statementsThatFailArePreparedOnce() async throws {
        try await TestStore.withItems(.postgreSQL) { _, database in
            for _ in 0..<5 { await #expect(throws: StoreError.self) { try await database.insert([1, 1]) } }
            let prepared = try await database.write { session in
                try session.first(
                    "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO items%'")
            }
            #expect(prepared?[0] == 1)
        }
    }
}
