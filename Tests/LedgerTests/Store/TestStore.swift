import Foundation
import Ledger
import PrivatePostgreSQL
import Testing

/// The databases that every test of the stores runs on.
enum StoreKind: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case sqlite, postgreSQL

    static let available: [StoreKind] = PrivatePostgreSQL.isAvailable ? allCases : [.sqlite]

    var testDescription: String { rawValue }
}

/// One empty database, which any number of objects may open.
struct TestStore: Sendable {
    let kind: StoreKind
    /// The path of a file, or a URL.
    let place: String
    /// What a SQLite file lies in.
    private let folder: TemporaryFolder?

    /// Makes a database that is there as long as someone holds the store.
    static func make(_ kind: StoreKind) async throws -> TestStore {
        switch kind {
        case .sqlite:
            let folder = try TemporaryFolder()
            return TestStore(kind: kind, place: folder.path("ledger.db"), folder: folder)
        case .postgreSQL:
            let server = try await PrivatePostgreSQL.shared()
            return TestStore(kind: kind, place: server.url(of: try await server.makeDatabase()), folder: nil)
        }
    }

    /// Gives the body a database that is there until it returns.
    @discardableResult
    static func with<R>(_ kind: StoreKind, _ body: (TestStore) async throws -> R) async throws -> R {
        let store = try await make(kind)
        defer { withExtendedLifetime(store) {} }
        return try await body(store)
    }

    /// Gives the body an empty database, open.
    @discardableResult
    static func withDatabase<R>(
        _ kind: StoreKind, _ body: (TestStore, any SQLDatabase) async throws -> R
    ) async throws -> R {
        try await with(kind) { store in
            let database = try store.open()
            let result: Result<R, any Error>
            do { result = .success(try await body(store, database)) } catch { result = .failure(error) }
            await database.close()
            return try result.get()
        }
    }

    /// - Parameter deadlines: by default long enough for a busy machine.
    func open(_ deadlines: StoreDeadlines = .patient) throws -> any SQLDatabase {
        switch kind {
        case .sqlite: try SQLiteDatabase(path: place, deadlines: deadlines)
        case .postgreSQL: try PostgreSQLDatabase(url: place, deadlines: deadlines)
        }
    }

    /// An open database with the table `items (id BIGINT PRIMARY KEY, label TEXT, body BYTES)`.
    @discardableResult
    static func withItems<R>(
        _ kind: StoreKind, _ body: (TestStore, any SQLDatabase) async throws -> R
    ) async throws -> R {
        try await withDatabase(kind) { store, database in
            let items = Migration(
                number: 1, name: "items",
                statements: ["CREATE TABLE items (id BIGINT PRIMARY KEY, label TEXT, body BYTES)"])
            try await Migration.run([items], on: database, nowMs: 0)
            return try await body(store, database)
        }
    }
}

extension StoreDeadlines {
    static let patient = StoreDeadlines(connect: .seconds(60), write: .seconds(120), read: .seconds(120))
}

/// A folder that is removed with the last reference to it.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("ledger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Gives the body a folder that is there until it returns, whether or not it is used to the end.
    static func with<R>(_ body: (TemporaryFolder) async throws -> R) async throws -> R {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        return try await body(folder)
    }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

/// Opened once, by whoever; waited for without blocking a thread.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func open() { continuation.finish() }

    func wait() async { for await _ in stream {} }
}

extension SQLDatabase {
    func count(_ condition: String = "TRUE") async throws -> Int64 {
        try await read { session in
            try session.first("SELECT count(*) FROM items WHERE \(condition)")?.integer(0) ?? -1
        }
    }

    func expectCount(
        _ count: Int64, where condition: String = "TRUE", sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await self.count(condition)
        #expect(found == count, sourceLocation: sourceLocation)
    }

    func insert(_ ids: some Sequence<Int> & Sendable) async throws {
        let rows = ids.map { [SQLValue($0)] }
        try await write { session in _ = try session.execute("INSERT INTO items (id) VALUES ($1)", rows) }
    }
}
