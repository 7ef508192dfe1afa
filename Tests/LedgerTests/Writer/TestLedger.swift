import Ledger
import Synchronization
import Testing

/// The wall clock of a test: it stands until it is moved.
final class TestClock: Sendable {
    private let ms: Mutex<Int64>

    init(_ ms: Int64 = 1_800_000_000_000) { self.ms = Mutex(ms) }

    var nowMs: Int64 { ms.withLock { $0 } }

    func advance(ms step: Int64) { ms.withLock { $0 += step } }
}

/// A ledger with the tenant `acme`, the model `m` at the sample's price, and the pool `east`, of which the operator
/// `olga` has four fifths.
struct TestLedger: Sendable {
    let store: TestStore
    let clock = TestClock()

    /// Opens a ledger on a new database, and closes it.
    static func with(
        _ kind: StoreKind, credit: String = "1", _ body: (TestLedger, Ledger) async throws -> Void
    ) async throws {
        let test = TestLedger(store: try await TestStore.make(kind))
        try await test.open { ledger in
            try await fill(ledger, credit: credit)
            try await body(test, ledger)
        }
    }

    /// Another process on the same database.
    func open(leaseMs: Int64 = Ledger.leaseMs, _ body: (Ledger) async throws -> Void) async throws {
        let ledger = try await Ledger(database: try store.open(), leaseMs: leaseMs, nowMs: { [clock] in clock.nowMs })
        let result: Result<Void, any Error>
        do { result = .success(try await body(ledger)) } catch { result = .failure(error) }
        await ledger.close()
        try result.get()
    }

    static func fill(_ ledger: Ledger, credit: String) async throws {
        _ = try await ledger.addTenant(id: "acme")
        try await ledger.setPool(Pool(id: "east", operatorID: "olga", operatorShare: try #require(Share("4/5"))))
        _ = try await ledger.setPrice(model: "m", tier: .standard, base: Sample.price().prices)
        if let amount = PicoUSD(decimal: credit), amount > .zero {
            _ = try await ledger.deposit(amount, tenant: "acme", id: "start")
        }
    }
}

extension Ledger {
    /// All balances that are not zero, by account.
    func allBalances() async throws -> [String: PicoUSD] {
        try await database.read { session in
            var balances: [String: PicoUSD] = [:]
            try session.forEach("SELECT account, balance FROM balances", []) { row in
                let amount = PicoUSD(pico: try #require(Int128(try row.text(1))))
                if amount != .zero { balances[try row.text(0)] = amount }
            }
            return balances
        }
    }

    func count(_ table: String) async throws -> Int64 {
        try await database.read { try $0.first("SELECT count(*) FROM \(table)")?.integer(0) ?? -1 }
    }
}

extension AdmissionRequest {
    /// A request of `acme` for `m`.
    static func sample(
        _ number: Int, prompt: Int = 100, output: Int = 50, keyID: String? = nil, tier: ServiceTier = .standard
    ) -> AdmissionRequest {
        AdmissionRequest(
            requestID: "chatcmpl-\(number)", tenant: "acme", keyID: keyID, model: "m", tier: tier, promptTokens: prompt,
            outputTokens: output)
    }
}

extension SettlementRequest {
    static func sample(
        _ number: Int, _ outcome: Outcome = .completed, prompt: Int = 100, cached: Int = 0, output: Int,
        reservation: Reservation? = nil
    ) -> SettlementRequest {
        SettlementRequest(
            requestID: "chatcmpl-\(number)", outcome: outcome,
            segments: [
                SegmentUsage(
                    worker: "w", pool: "east", promptTokens: prompt, cachedTokens: cached, outputTokens: output)
            ], reservation: reservation)
    }
}
