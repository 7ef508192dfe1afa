import Testing

@Suite struct LedgerHelpTests {
    private static let commands = [
        "tenants", "tenants list", "tenants show", "tenants add", "tenants set", "tenants suspend", "tenants resume",
        "tenants deposit", "keys", "keys list", "keys create", "keys set", "keys revoke", "prices", "prices list",
        "prices set",
        "prices show", "pools", "pools list", "pools set", "usage", "usage summary", "usage show", "usage export",
        "statement", "payouts", "payouts list", "payouts pay", "ledger", "ledger verify", "ledger balances",
        "ledger show", "ledger reverse",
    ]

    @Test(arguments: commands)
    func everyCommandExplainsItselfWithAnExample(_ command: String) async throws {
        try await withHome { (home) async throws in
            let words = command.split(separator: " ").map(String.init)
            let help = try await GleanerProcess.run(words + ["--help"], home: home)
            #expect(help.status == 0 && help.errors.isEmpty)
            #expect(help.text.hasPrefix("OVERVIEW: ") && help.text.contains("USAGE: gleaner \(command)"))
            let isGroup = help.text.contains("SUBCOMMANDS:")
            #expect(isGroup || help.text.contains("--database"), "\(command)")
            #expect(isGroup || help.text.contains("--json") || command == "usage export", "\(command)")
            let examples = help.text.split(separator: "\n").filter { $0.hasPrefix("  ") }
            #expect(examples.contains { $0.contains("gleaner \(command)") }, "an example that can be copied")
            #expect(examples.allSatisfy { $0.count <= 80 })
        }
    }

    /// What is said of roles is what the routes do: see the front door's tests of access.
    @Test(arguments: ["keys", "keys create"]) func rolesAreSaidAsTheyAre(_ command: String) async throws {
        try await withHome { (home) async throws in
            let help = try await GleanerProcess.run(
                command.split(separator: " ").map(String.init) + ["--help"], home: home)
            let text = help.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(
                text.contains("usage and costs of all tenants") && !text.contains("changes tenants, keys and prices"))
        }
    }
}
