import Ledger
import TestSupport
import Testing

/// Several processes' ledgers on one database.
@Suite struct SeveralGatewaysTests {
    @Test(arguments: StoreKind.available)
    func loseNoUpdate(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind, credit: "1000") { test, one in
            try await test.open { two in
                try await test.open { three in
                    let ledgers = [one, two, three]
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<300 {
                            group.addTask {
                                _ = try await ledgers[number % 3].admit(.sample(number))
                                // Another process may end what this one began.
                                _ = try await ledgers[(number / 3) % 3].settle(.sample(number, output: number % 50))
                            }
                        }
                        try await group.waitForAll()
                    }
                    let expected = (0..<300).reduce(PicoUSD.zero) { sum, number in
                        let output = number % 50
                        return sum + PicoUSD(pico: output == 0 ? 0 : Int128(100 * 150_000 + output * 600_000))
                    }
                    let balances = try await one.allBalances()
                    #expect(balances["tenant:acme"] == PicoUSD(decimal: "1000").map { $0 - expected })
                    #expect(balances.values.reduce(.zero, +) == .zero)
                    #expect(try await two.count("reservations") == 0)
                }
            }
        }
    }

    @Test(arguments: StoreKind.available)
    func overspendByNothing(_ kind: StoreKind) async throws {
        // Enough for ten.
        try await TestLedger.with(kind, credit: "0.00045") { test, one in
            try await test.open { two in
                let admitted = await withTaskGroup(of: Bool.self) { group in
                    for number in 0..<200 {
                        group.addTask { (try? await [one, two][number % 2].admit(.sample(number))) != nil }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(admitted == 10)
            }
        }
    }

    @Test(arguments: StoreKind.available)
    func hearOfARevokedKeyAtOnceInAdmission(_ kind: StoreKind) async throws {
        try await TestLedger.with(kind) { test, one in
            let (key, record) = try await one.addKey(role: .tenant, tenant: "acme")
            try await test.open { two in
                let authenticator = Authenticator(ledger: two)
                #expect(try await authenticator.principal(forKey: key.text).tenant == "acme")
                _ = try await two.admit(.sample(1, keyID: record.id))
                _ = try await one.revokeKey(record.id)
                await #expect(throws: LedgerError.refused(.keyRevoked(record.id))) {
                    try await two.admit(.sample(2, keyID: record.id))
                }
                // What was admitted goes on to its end.
                #expect(try await two.settle(.sample(1, output: 1)).charge > .zero)
                test.clock.advance(ms: Authenticator.refreshMs)
                await #expect(throws: AuthenticationError.revoked) {
                    try await authenticator.principal(forKey: key.text)
                }
            }
        }
    }
}
