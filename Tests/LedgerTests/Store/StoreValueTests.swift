import Ledger
import TestSupport
import Testing

/// What is stored comes back as it was, on both databases.
@Suite struct StoreValueTests {
    @Test(arguments: StoreKind.available) func everyValueComesBack(_ kind: StoreKind) async throws {
        let megabyte = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let labels: [SQLValue] = [
            .null, "", "plain", "äöü ÄÖÜ ß", "日本語", "👩‍👩‍👧‍👦\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}", "\u{1}\n\t\u{7F}'\"\\",
            "e\u{301}", "\u{FFFD}\u{10FFFF}", .text(String(repeating: "x", count: 1 << 20)),
        ]
        let bodies: [SQLValue] = [.null, .bytes([]), .bytes([0]), .bytes(Array(0...255)), .bytes(megabyte)]
        let ids: [Int64] = [.min, .min + 1, -1, 0, 1, Int64(Int32.max) + 1, .max - 1, .max]
        let count = max(labels.count, bodies.count, ids.count) + 4
        let rows = (0..<count).map { index -> [SQLValue] in
            let id = index < ids.count ? ids[index] : Int64(index + 1000)
            return [.integer(id), labels[index % labels.count], bodies[index % bodies.count]]
        }
        try await TestStore.withItems(kind) { _, database in
            let inserted = try await database.write { try $0.execute("INSERT INTO items VALUES ($1, $2, $3)", rows) }
            #expect(inserted == count)
            let found = try await database.read { session in
                try session.queries("SELECT id, label, body FROM items WHERE id = $1", rows.map { [$0[0]] })
            }
            #expect(found.map { $0.map(\.values) } == rows.map { [$0] })
            let all = try await database.read { try $0.query("SELECT id FROM items ORDER BY id") }
            #expect(all.map { $0[0] } == rows.map { $0[0] }.sorted { $0.order < $1.order })
        }
    }

    @Test(arguments: StoreKind.available) func textWithNULIsRefusedAndNothingIsWritten(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            await #expect(throws: StoreError.invalid("text with the character U+0000")) {
                try await database.write { session in
                    try session.execute(
                        "INSERT INTO items VALUES ($1, $2, $3)", [[1, "fine", nil], [2, "a\0b", nil]])
                }
            }
            try await database.expectCount(0)
            // The connection is as good as before.
            try await database.insert([1])
            try await database.expectCount(1)
        }
    }

    @Test(arguments: StoreKind.available) func computedColumns(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            let row = try await database.read { session in
                try session.first(
                    "SELECT count(*), CAST(NULL AS TEXT), 1 < 2, CAST(7 AS BIGINT), $1 + 1, $2 || 'b' FROM items",
                    [.integer(.max - 1), "a"])
            }
            #expect(row?.values == [0, nil, 1, 7, .integer(.max), "ab"])
            try await database.insert(1...3)
            let sum = try await database.read { try $0.first("SELECT sum(id), sum(id) FROM items WHERE id < $1", [3]) }
            #expect(try sum?.integer(0) == 3)
        }
    }

    @Test(arguments: StoreKind.available) func sumsOverInt64AreNeverWrong(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            try await database.insert([Int.max, Int.max - 1])
            let sum = "SELECT sum(id) FROM items"
            let result = await Result.of { try await database.read { try $0.first(sum)?[0] } }
            // PostgreSQL has a wider type, and gives its digits; SQLite says that it has not.
            switch kind {
            case .sqlite: #expect(throws: StoreError.self) { try result.get() }
            case .postgreSQL:
                let digits = try result.get()
                #expect(digits == "18446744073709551613")
            }
        }
    }

    @Test(arguments: StoreKind.available) func floatingPointIsRefused(_ kind: StoreKind) async throws {
        try await TestStore.withItems(kind) { _, database in
            await #expect(throws: StoreError.invalid("column 0 is a floating-point number")) {
                try await database.read { try $0.query("SELECT CAST(0.5 AS DOUBLE PRECISION)") }
            }
        }
    }

    /// Random rows come back in one round trip and in many, whatever is null in them.
    @Test(arguments: StoreKind.available) func randomRows(_ kind: StoreKind) async throws {
        var generator = SeededGenerator(seed: 20)
        var rows: [[SQLValue]] = []
        for id in 0..<400 {
            let label = SQLValue(Bool.random(using: &generator) ? nil : Self.randomText(&generator))
            let size = Int.random(in: 0..<300, using: &generator)
            let body =
                Bool.random(using: &generator)
                ? SQLValue.null : .bytes((0..<size).map { _ in .random(in: 0...255, using: &generator) })
            rows.append([SQLValue(id), label, body])
        }
        let (given, split) = (rows, Int.random(in: 1..<400, using: &generator))
        try await TestStore.withItems(kind) { _, database in
            for part in [given[..<split], given[split...]] {
                try await database.write { _ = try $0.execute("INSERT INTO items VALUES ($1, $2, $3)", Array(part)) }
            }
            let found = try await database.read { try $0.query("SELECT * FROM items ORDER BY id") }
            #expect(found.map(\.values) == given)
        }
    }

    private static func randomText(_ generator: inout SeededGenerator) -> String {
        let count = Int.random(in: 0..<40, using: &generator)
        let scalars = (0..<count).compactMap { _ in Unicode.Scalar(UInt32.random(in: 1..<0x11_0000, using: &generator))
        }
        return String(String.UnicodeScalarView(scalars))
    }
}

extension SQLValue {
    fileprivate var order: Int64 {
        if case .integer(let value) = self { value } else { 0 }
    }
}

extension Result where Failure == any Error, Success: Sendable {
    static func of(_ body: () async throws -> Success) async -> Result {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
