import Ledger
import Testing

/// Statements for many rows and many keys at once.
@Suite struct StoreManyRowsTests {
    private static let insert = "INSERT INTO items (id, label, body) VALUES ($1, $2, $3)"

    private static func row(_ id: Int) -> [SQLValue] {
        [SQLValue(id), id % 3 == 0 ? .null : .text("label \(id)"), id % 5 == 0 ? .null : .bytes([UInt8(id % 256)])]
    }

    /// Every number of rows around the powers of two that statements are made for.
    @Test(arguments: StoreKind.available)
    func allRowsArrive(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            var next = 0
            for count in [0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 127, 128, 129, 300] {
                let rows = (next..<next + count).map(Self.row)
                next += count
                try await database.write { try $0.enqueue(Self.insert, rows) }
            }
            let rows = try await database.read { try $0.query("SELECT id, label, body FROM items ORDER BY id") }
            #expect(rows.map(\.values) == (0..<next).map(Self.row))
        }
    }

    /// What is queued is there for the statements after it.
    @Test(arguments: StoreKind.available)
    func theOrderOfStatementsIsKept(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            let counts = try await database.write { session in
                try session.enqueue(Self.insert, (0..<10).map(Self.row))
                let before = try session.first("SELECT count(*) FROM items")?.integer(0)
                try session.enqueue("DELETE FROM items WHERE id = $1", [[3], [4]])
                let after = try session.first("SELECT count(*) FROM items")?.integer(0)
                try session.enqueue("UPDATE items SET label = $1 WHERE id < $2", [["new", 2]])
                return [before, after]
            }
            #expect(counts == [10, 8])
            try await database.expectCount(2, where: "label = 'new'")
        }
    }

    /// A row that fails undoes its transaction, whether anyone asked again or not, and the next one works.
    @Test(arguments: StoreKind.available)
    func aFailureIsThrownAtTheLatestByTheCommit(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            try await database.insert([7])
            for asksAgain in [true, false] {
                let error = await #expect(throws: StoreError.self) {
                    try await database.write { session in
                        try session.enqueue(Self.insert, (5..<9).map(Self.row))
                        if asksAgain { _ = try? session.first("SELECT 1") }
                    }
                }
                #expect(error?.name == "conflict")
                try await database.expectCount(1)
            }
            try await database.write { try $0.enqueue(Self.insert, (8..<12).map(Self.row)) }
            try await database.expectCount(5)
        }
    }

    @Test(arguments: StoreKind.available)
    func manyKeys(_ kind: StoreKind) async throws {
        let labels = ["", "a", "b,c", "\"d\"", "\\", "{e}", "NULL", " f ", "ü\n", "'"]
        try await TestStore.withItems(kind) { _, database in
            try await database.write { session in
                try session.enqueue(
                    "INSERT INTO items (id, label) VALUES ($1, $2)",
                    labels.enumerated().map { [SQLValue($0.offset), .text($0.element)] })
            }
            let query = "SELECT label FROM items WHERE label"
            let found = try await database.read { try $0.query(query, isOneOf: labels + ["none"]) }
            #expect(Set(found.map { $0[0] }) == Set(labels.map { .text($0) }))
            #expect(found.count == labels.count)
            #expect(try await database.read { try $0.query(query, isOneOf: []) }.isEmpty)
            try await database.write {
                try $0.enqueue("DELETE FROM items WHERE label", isOneOf: Array(labels.dropFirst(2)))
            }
            try await database.expectCount(2)
        }
    }
}
