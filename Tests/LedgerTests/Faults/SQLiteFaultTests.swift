import Foundation
import Ledger
import Testing

/// Ledgers whose file cannot be written.
@Suite(.timeLimit(.minutes(10))) struct SQLiteFaultTests {
    private static let credit = PicoUSD(decimal: "1000")

    /// Under load the disk fills up, and later there is room again. `max_page_count` makes SQLite's own error.
    @Test func aFullDisk() async throws {
        try await TestLedger.with(.sqlite, credit: "1000") { _, ledger in
            let load = GatewayLoad()
            try await load.run(on: [ledger]) {
                try await load.settles(100)
                try await Self.allowPages(2, of: ledger)
                try await load.fails(20)
                // What is there can be read, and what has been settled stays settled.
                try await expectVerified(ledger)
                let (id, charge) = try #require(load.outcome.settled.first)
                let known = try await ledger.charges()[id]
                #expect(known == charge)
                try await Self.allowPages(1_000_000, of: ledger)
                try await load.settles(100)
            }
            #expect(Set(load.outcome.failures.map(\.name)) == ["diskFull"])
            try await load.expectKept(ledger, credit: try #require(Self.credit))
        }
    }

    /// It is refused with its name, and opened again when it may be written.
    @Test func aReadOnlyFile() async throws {
        try await TestLedger.with(.sqlite, credit: "1000") { test, ledger in
            _ = try await ledger.admit(.sample(1))
            let charge = try await ledger.settle(.sample(1, output: 10)).charge
            await ledger.close()
            let files = FileManager.default
            try files.setAttributes([.posixPermissions: 0o444], ofItemAtPath: test.store.place)
            let location = try DatabaseLocation(test.store.place)
            let error = try withoutRights { #expect(throws: StoreError.self) { try location.open() } }
            #expect(error?.name == "readOnly")
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: test.store.place)
            try await test.open { again in
                #expect(try await again.settle(.sample(1, output: 10)).charge == charge)
                try await expectVerified(again)
                _ = try await again.admit(.sample(2))
            }
        }
    }

    private static func allowPages(_ count: Int64, of ledger: Ledger) async throws {
        try await ledger.database.write { session in
            let pages = try session.first("PRAGMA page_count")?.integer(0) ?? 0
            _ = try session.query("PRAGMA max_page_count = \(pages + count)")
        }
    }
}
