import Ledger
import Testing

@Suite struct AuthenticatorTests {
    /// Anybody can make up keys whose checksum is right: they share reads, and those that come at once need none.
    @Test(arguments: StoreKind.available)
    func keysThatNobodyKnowsShareReads(_ kind: StoreKind) async throws {
        try await with(kind) { test, _, database, authenticator in
            let first = database.counts.reads
            try await expectUnknown(50, authenticator)
            #expect(database.counts.reads == first + 1)
            for round in 1...3 {
                test.clock.advance(ms: Authenticator.unknownMs)
                try await expectUnknown(50, authenticator)
                #expect(database.counts.reads == first + 1 + round)
            }
        }
    }

    @Test(arguments: StoreKind.available)
    func aNewKeyIsKnownSoonAndARevokedOneIsNot(_ kind: StoreKind) async throws {
        try await with(kind) { test, ledger, _, authenticator in
            try await expectUnknown(1, authenticator)
            let (key, record) = try await ledger.addKey(role: .tenant, tenant: "acme")
            test.clock.advance(ms: Authenticator.unknownMs)
            #expect(try await authenticator.principal(forKey: key.text).keyID == record.id)
            _ = try await ledger.revokeKey(record.id)
            test.clock.advance(ms: Authenticator.refreshMs)
            await #expect(throws: AuthenticationError.revoked) { try await authenticator.principal(forKey: key.text) }
        }
    }

    /// A clock that was put back does not make a copy new.
    @Test(arguments: StoreKind.available)
    func aClockThatGoesBackKeepsNoRevokedKey(_ kind: StoreKind) async throws {
        try await with(kind) { test, ledger, _, authenticator in
            let (key, record) = try await ledger.addKey(role: .tenant, tenant: "acme")
            #expect(try await authenticator.principal(forKey: key.text).keyID == record.id)
            _ = try await ledger.revokeKey(record.id)
            test.clock.advance(ms: -3_600_000)
            await #expect(throws: AuthenticationError.revoked) { try await authenticator.principal(forKey: key.text) }
        }
    }

    private func with(
        _ kind: StoreKind, _ body: (TestLedger, Ledger, WatchedDatabase, Authenticator) async throws -> Void
    ) async throws {
        try await TestLedger.with(kind) { test, ledger in
            let database = WatchedDatabase(try test.store.open())
            let other = try await Ledger(database: database, nowMs: { [clock = test.clock] in clock.nowMs })
            try await body(test, ledger, database, Authenticator(ledger: other))
            await other.close()
        }
    }

    private func expectUnknown(_ count: Int, _ authenticator: Authenticator) async throws {
        var random = SystemRandomNumberGenerator()
        let texts = (0..<count).map { _ in APIKey.generate(role: .tenant, using: &random).text }
        await withTaskGroup(of: Void.self) { group in
            for text in texts {
                group.addTask {
                    await #expect(throws: AuthenticationError.unknown) {
                        try await authenticator.principal(forKey: text)
                    }
                }
            }
        }
    }
}
