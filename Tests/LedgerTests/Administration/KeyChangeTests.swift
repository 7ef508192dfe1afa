import Ledger
import Testing

@Suite struct KeyChangeTests {
    @Test(arguments: StoreKind.available)
    func aKeyGetsOtherLimitsAnotherEndAndAnotherName(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let (key, record) = try await ledger.addKey(role: .tenant, tenant: "acme")
            _ = try await ledger.admit(.sample(1, keyID: record.id))
            let endMs = test.clock.nowMs + 1000
            let changed = try await ledger.changeKey(record.id) {
                $0.name = "night"
                $0.limits.concurrentRequests = 1
                $0.expiresMs = endMs
            }
            #expect(changed.name == "night" && changed.digest == record.digest)
            #expect(try await ledger.directory().keys[record.id] == changed)
            // It holds for what comes next.
            await #expect(throws: LedgerError.refused(.tooManyAtOnce(.key, limit: 1))) {
                try await ledger.admit(.sample(2, keyID: record.id))
            }
            test.clock.advance(ms: 1000)
            await #expect(throws: AuthenticationError.expired) {
                try await Authenticator(ledger: ledger).principal(forKey: key.text)
            }
            _ = try await ledger.changeKey(record.id) { $0.expiresMs = nil }
            #expect(try await Authenticator(ledger: ledger).principal(forKey: key.text).keyID == record.id)
        }
    }

    @Test(arguments: StoreKind.available)
    func aRevokedKeyStaysRevoked(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { _, ledger in
            let record = try await ledger.addKey(role: .tenant, tenant: "acme").record
            let revoked = try await ledger.revokeKey(record.id)
            let changed = try await ledger.changeKey(record.id) {
                $0.name = "back"
                $0.revokedMs = nil
            }
            #expect(changed.name == "back" && changed.revokedMs == revoked.revokedMs)
        }
    }

    @Test(arguments: StoreKind.available)
    func whatCannotBeIsRefused(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { _, ledger in
            await #expect(throws: AdministrationError.unknown(kind: "key", "none")) {
                try await ledger.changeKey("none") { $0.name = "x" }
            }
            let record = try await ledger.addKey(role: .tenant, tenant: "acme").record
            await #expect(throws: AdministrationError.badLimit(name: "tokens-per-minute", value: "0")) {
                try await ledger.changeKey(record.id) { $0.limits.tokensPerMinute = 0 }
            }
            #expect(try await ledger.directory().keys[record.id] == record)
        }
    }
}
