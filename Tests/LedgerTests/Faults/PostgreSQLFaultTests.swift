import Foundation
import Ledger
import PrivatePostgreSQL
import Testing

/// Ledgers whose PostgreSQL goes away under load.
@Suite(.enabled(if: PrivatePostgreSQL.isAvailable), .serialized, .timeLimit(.minutes(10)))
struct PostgreSQLFaultTests {
    private static let credit = PicoUSD(decimal: "1000")

    /// Stopped, and later hanging: requests fail meanwhile, and nobody does anything for them to go on afterwards.
    @Test func aServerThatIsGoneForAWhile() async throws {
        let server = try await PrivatePostgreSQL.start()
        let url = server.url(of: try await server.makeDatabase())
        let clock = TestClock()
        let patient = try await Ledger(
            database: PostgreSQLDatabase(url: url, deadlines: .patient), nowMs: { clock.nowMs })
        try await TestLedger.fill(patient, credit: "1000")
        await patient.close()
        let ledger = try await Self.openHastily(url, clock)
        let load = GatewayLoad()
        try await load.run(on: [ledger]) {
            try await load.settles(100)
            try await server.stopImmediately()
            try await load.fails(20)
            try await server.start()
            try await load.settles(100)
            try server.suspend(true)
            try await load.fails(20)
            try server.suspend(false)
            try await load.settles(100)
        }
        #expect(Set(load.outcome.failures.map(\.name)) == ["unavailable"])
        try await load.expectKept(ledger, credit: try #require(Self.credit))
        clock.advance(ms: Ledger.leaseMs)
        while try await ledger.expireReservations() > 0 {}
        try await load.expectKept(ledger, credit: try #require(Self.credit))
        await ledger.close()
    }

    /// A ledger that soon gives a dead server up; a busy machine may be too slow for it at first.
    private static func openHastily(_ url: String, _ clock: TestClock) async throws -> Ledger {
        let hasty = StoreDeadlines(connect: .seconds(60), write: .seconds(2), read: .seconds(120))
        while true {
            let database = try PostgreSQLDatabase(url: url, deadlines: hasty)
            do { return try await Ledger(database: database, nowMs: { clock.nowMs }) } catch StoreError.unavailable {
                await database.close()
            }
        }
    }

    /// Connections are cut at any moment, also between a commit and its answer.
    @Test func twoGatewaysWhoseConnectionsAreCut() async throws {
        let server = try await PrivatePostgreSQL.shared()
        try await TestLedger.with(.postgreSQL, credit: "1000") { test, one in
            try await test.open { two in
                let load = GatewayLoad()
                let name = try #require(URLComponents(string: test.store.place)?.path.dropFirst())
                try await load.run(on: [one, two]) {
                    for _ in 0..<20 {
                        try await load.settles(20)
                        try await server.query(
                            """
                            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE datname = current_database() AND pid <> pg_backend_pid()
                            """, in: String(name))
                    }
                    try await load.settles(50)
                }
                #expect(Set(load.outcome.failures.map(\.name)) == ["unavailable"])
                try await load.expectKept(two, credit: try #require(Self.credit))
            }
        }
    }
}
