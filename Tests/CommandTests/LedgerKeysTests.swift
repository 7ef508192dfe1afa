import Foundation
import JSON
import Ledger
import Testing

@Suite struct LedgerKeysTests {
    @Test func aKeyIsShownOnceAndKeptNowhere() async throws {
        try await LedgerHome.with { home in
            try await home.setUp()
            let quiet = try await home.gleaner("keys", "create", "--tenant", "acme", "--expires", "90d", "--quiet")
            #expect(quiet.status == 0 && quiet.errors.isEmpty && quiet.text.split(separator: "\n").count == 1)
            let key = try APIKey(parsing: String(quiet.text.dropLast()))
            let principal = try await home.withLedger { ledger in
                try await Authenticator(ledger: ledger).principal(forKey: key.text)
            }
            #expect(principal.tenant == "acme" && principal.role == .tenant && principal.keyID == key.id)

            let shown = [
                try await home.gleaner("keys", "list").text, try await home.gleaner("keys", "list", "--json").text,
                try await home.gleaner("keys", "list", "--csv").text, try await home.gleaner("tenants", "list").text,
            ]
            for text in shown {
                #expect(!text.contains(key.text.dropFirst(14)) && !text.contains(key.digest.hex))
            }
            #expect(shown.prefix(3).allSatisfy { $0.contains(key.id) && $0.contains("active") })
            let files = try FileManager.default.contentsOfDirectory(atPath: home.home)
            #expect(files.contains("ledger.db"))
            for file in files {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: home.home + "/" + file))
                #expect(bytes.range(of: Data(key.text.dropFirst(14).utf8)) == nil, "\(file)")
            }
        }
    }

    @Test func keysHaveRolesLimitsAndAnEnd() async throws {
        try await LedgerHome.with { home in
            try await home.setUp()
            let tenant = try await home.json(
                "keys", "create", "--tenant", "acme", "--name", "ci", "--expires", "2999-01-31T16:30", "--models", "m",
                "--concurrent-requests", "3")
            #expect(tenant["expires_ms"]?.int == 32_474_795_400_000 && tenant["name"]?.string == "ci")
            #expect(tenant["limits"]?.serialized() == #"{"concurrent_requests":3,"models":["m"]}"#)
            let admin = try await home.json("keys", "create", "--role", "admin")
            #expect(admin["tenant"]?.isNull == true && admin["key"]?.string?.hasPrefix("gla_") == true)
            let reader = try await home.json("keys", "create", "--role", "read-only")
            #expect(reader["key"]?.string?.hasPrefix("glr_") == true)
            #expect(try await home.json("keys", "list").array?.count == 3)
            #expect(try await home.json("keys", "list", "--tenant", "acme").array?.count == 1)

            // A whole key that was pasted is as good as its id, and is not repeated.
            let text = try #require(admin["key"]?.string)
            let revoked = try await home.gleaner("keys", "revoke", text)
            #expect(revoked.status == 0 && revoked.text.contains("revoked") && !revoked.text.contains(text))
            await #expect(throws: AuthenticationError.revoked) {
                try await home.withLedger { try await Authenticator(ledger: $0).principal(forKey: text) }
            }
        }
    }

    @Test func whatIsNamedChangesAndTheRestStays() async throws {
        try await LedgerHome.with { home in
            try await home.setUp()
            let made = try await home.json(
                "keys", "create", "--tenant", "acme", "--name", "ci", "--expires", "90d", "--models", "m",
                "--concurrent-requests", "3")
            let (id, text) = try (#require(made["key_id"]?.string), #require(made["key"]?.string))
            let changed = try await home.json(
                "keys", "set", id, "--monthly-budget", "20", "--concurrent-requests", "unlimited")
            #expect(changed["limits"]?.serialized() == #"{"monthly_budget":"20","models":["m"]}"#)
            #expect(changed["name"] == "ci" && changed["expires_ms"] == made["expires_ms"])
            let endless = try await home.json("keys", "set", text, "--expires", "never", "--name", "laptop")
            #expect(endless["expires_ms"]?.isNull == true && endless["name"] == "laptop")
            #expect(endless["limits"] == changed["limits"] && endless["state"] == "active")
            // It is the same key.
            let principal = try await home.withLedger { try await Authenticator(ledger: $0).principal(forKey: text) }
            #expect(principal.keyID == id)
        }
    }

    @Test func aRevokedKeyStaysRevoked() async throws {
        try await LedgerHome.with { home in
            try await home.setUp()
            let made = try await home.json("keys", "create", "--tenant", "acme")
            let id = try #require(made["key_id"]?.string)
            _ = try await home.json("keys", "revoke", id)
            let run = try await home.gleaner("keys", "set", id, "--expires", "90d")
            #expect(run.status == 0 && run.text.contains("revoked") && run.errors.contains("stays revoked"))
        }
    }

    @Test(arguments: [
        (["glt_0123456789"], 64, "Say what to change"), (["glt_0123456789", "--name", "x"], 1, "gleaner keys list"),
        (["gla_0123456789", "--models", "m"], 64, "tenants' keys"),
        (["key", "--name", "x"], 64, "first 14 characters"),
        (["glt_0123456789", "--expires", "2020-01-01"], 64, "past"),
        (["glt_0123456789", "--expires", "soon"], 64, "never"),
    ])
    func aBadChangeIsRefused(_ arguments: [String], _ status: Int32, _ words: String) async throws {
        try await LedgerHome.with { home in
            try await home.setUp()
            let run = try await home.gleaner(["keys", "set"] + arguments)
            #expect(run.status == status && run.output.isEmpty && run.errors.contains(words), "\(run.errors)")
        }
    }
}
