import Foundation
import Ledger
import Synchronization

/// A ledger in a file of its own, which is removed with the last reference to it.
final class TestLedger: Sendable {
    let folder: URL
    private let opened = Mutex<FailingDatabase?>(nil)
    private let nowMs: @Sendable () -> Int64

    /// - Parameter nowMs: the ledger's clock.
    init(nowMs: @escaping @Sendable () -> Int64 = { Int64(Date.now.timeIntervalSince1970 * 1000) }) {
        self.nowMs = nowMs
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("gateway-\(UUID().uuidString)")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var path: String { folder.appendingPathComponent("ledger.db").path }

    /// What the last ledger was opened on.
    var database: FailingDatabase? { opened.withLock { $0 } }

    /// Opens it, once or again.
    func open() async throws -> Ledger {
        let database = FailingDatabase(try DatabaseLocation(path).open(StoreDeadlines(write: .seconds(60))))
        opened.withLock { $0 = database }
        return try await Ledger(database: database, nowMs: nowMs)
    }
}

extension Ledger {
    /// A tenant with money, a price for `demo`, and a key of it.
    func addBuyer(
        _ id: String = "acme", credit: String = "1", limits: Limits = Limits(), keyLimits: Limits = Limits()
    ) async throws -> APIKey {
        _ = try await addTenant(id: id, limits: limits)
        if let amount = PicoUSD(decimal: credit), amount > .zero {
            _ = try await deposit(amount, tenant: id, id: "start-\(id)")
        }
        let base = try TokenPrices.perToken(input: "0.000001", cached: "0.0000005", output: "0.00001")
        _ = try await setPrice(model: "demo", tier: .standard, base: base)
        return try await addKey(role: .tenant, tenant: id, limits: keyLimits).key
    }

    /// Everything in `usage_lines`, oldest first.
    func usageLines() async throws -> [UsageLine] {
        try await database.read { session in
            try session.query("SELECT \(UsageLine.columns) FROM usage_lines ORDER BY ended_ms, request_id, segment")
                .map { try UsageLine(row: $0) }
        }
    }

    func balance(_ account: Account) async throws -> PicoUSD {
        try await database.read { session in
            let row = try session.first("SELECT balance FROM balances WHERE account = $1", [.text(account.name)])
            return PicoUSD(pico: try row.flatMap { Int128(try $0.text(0)) } ?? 0)
        }
    }
}
