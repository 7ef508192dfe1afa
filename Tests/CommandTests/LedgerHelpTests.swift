import Testing

@Suite struct LedgerHelpTests {
    private static let commands = [
        "tenants", "tenants list", "tenants show", "tenants add", "tenants set", "tenants suspend", "tenants resume",
        "tenants deposit", "keys", "keys list", "keys create", "keys revoke", "prices", "prices list", "prices set",
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
}
