import ArgumentParser
import Ledger
import Options

/// `gleaner keys set`.
struct KeysSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change a key's name, end or limits.",
        discussion: """
            What is not named stays, and so does the key itself. Servers follow within two seconds. A key that was \
            revoked stays revoked.

              gleaner keys set glt_0123456789 --models gleaner-demo --concurrent-requests 4
              gleaner keys set glt_0123456789 --expires 30d --monthly-budget unlimited
              gleaner keys set glt_0123456789 --expires never --name laptop
            """)

    @Argument(help: "The key's id, its first 14 characters.", transform: LedgerArgument.keyID)
    var id: String

    @Option(help: "What it is for.", transform: LedgerArgument.name)
    var name: String?

    @Option(
        help: .init(
            "When it ends: 90d, 12h, 4w, a moment in UTC such as 2027-01-31, or 'never'.", valueName: "when"),
        transform: KeyExpiry.init(text:))
    var expires: KeyExpiry?

    @OptionGroup(title: "Limits") var limits: LimitFlags
    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func validate() throws {
        guard !limits.isEmpty || name != nil || expires != nil else {
            throw ValidationError("Say what to change: --name, --expires or a limit.")
        }
        guard limits.isEmpty || id.hasPrefix(KeyRole.tenant.prefix) else {
            throw ValidationError("Limits are for tenants' keys.")
        }
        try expires?.check(nowMs: WallClock.nowMs())
    }

    func run() async throws {
        let (name, expires, limits, nowMs) = (name, expires, limits, WallClock.nowMs())
        let key = try await database.withLedger { ledger in
            _ = try await ledger.knownKey(id)
            return try await ledger.changeKey(id) { key in
                if let name { key.name = name }
                if let expires { key.expiresMs = expires.ms(nowMs: nowMs) }
                key.limits = limits.applied(to: key.limits)
            }
        }
        let remark = key.revokedMs == nil ? nil : "The key stays revoked: make a new one by 'gleaner keys create'."
        card.print(Card(key, nowMs: nowMs), remark: remark)
    }
}
