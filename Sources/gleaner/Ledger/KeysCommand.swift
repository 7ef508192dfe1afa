import ArgumentParser
import Ledger
import Options

/// `gleaner keys`: who may ask.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Keys of tenants and of those who run the platform: create, list, change, revoke.",
        discussion: """
            A key is shown once, when it is made; what is kept of it is a digest. Its first 14 characters are its id, \
            which is no secret.

              KEY=$(gleaner keys create --tenant acme --name ci --expires 90d --quiet)
              gleaner keys list --tenant acme
              gleaner keys set glt_0123456789 --monthly-budget 20
              gleaner keys revoke glt_0123456789

            Over the API a tenant's key runs requests and reads what they cost; a key with the role admin or read-only \
            reads the usage and costs of all tenants, and runs nothing. No key changes tenants, keys, prices or \
            payments: that is done here, by whoever may open the database.
            """,
        subcommands: [KeysListCommand.self, KeysCreateCommand.self, KeysSetCommand.self, KeysRevokeCommand.self],
        defaultSubcommand: KeysListCommand.self)
}

/// `gleaner keys list`.
struct KeysListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the keys by their ids.",
        discussion: """
              gleaner keys list
              gleaner keys list --tenant acme --json
            """)

    @Option(help: "Only this tenant's keys.", transform: LedgerArgument.tenantID)
    var tenant: String?

    @OptionGroup var listing: ListingFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let keys = try await database.withLedger { ledger in
            if let tenant { _ = try await ledger.knownTenant(tenant) }
            return try await ledger.directory().keys.values
        }
        let shown = keys.filter { tenant == nil || $0.tenant == tenant }.sorted {
            ($0.tenant ?? "", $0.createdMs, $0.id) < ($1.tenant ?? "", $1.createdMs, $1.id)
        }
        let now = WallClock.nowMs()
        listing.print(
            Listing(
                columns: Card.keyMembers, rows: shown.map { Card($0, nowMs: now).members.map(\.cell) },
                hidden: ["created_ms", "revoked_ms", "limits"]),
            hint: "No keys yet. Make one: gleaner keys create --tenant ID")
    }
}

/// `gleaner keys revoke`.
struct KeysRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Refuse a key from now on.",
        discussion: """
            Every server that shares the database refuses it within five seconds. Requests that run are served to \
            their end. A revoked key stays revoked: make a new one.

              gleaner keys revoke glt_0123456789
            """)

    @Argument(help: "The key's id, its first 14 characters.", transform: LedgerArgument.keyID)
    var id: String

    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let key = try await database.withLedger { ledger in
            _ = try await ledger.knownKey(id)
            return try await ledger.revokeKey(id)
        }
        card.print(Card(key, nowMs: WallClock.nowMs()))
    }
}

extension Ledger {
    /// - Throws: `LedgerCommandError.unknown`.
    func knownKey(_ id: String) async throws -> KeyRecord {
        guard let key = try await directory().keys[id] else {
            throw LedgerCommandError.unknown(kind: "key", id: id, list: "gleaner keys list")
        }
        return key
    }
}

extension Card {
    fileprivate static let keyMembers = [
        "key_id", "tenant", "role", "name", "state", "created_ms", "expires_ms", "revoked_ms", "limits",
    ]

    init(_ key: KeyRecord, nowMs: Int64) {
        let isOver = key.expiresMs.map { $0 <= nowMs } ?? false
        let cells: [Cell] = [
            .text(key.id), .text(key.tenant), .text(key.role.rawValue), .text(key.name.isEmpty ? nil : key.name),
            .text(key.revokedMs != nil ? "revoked" : isOver ? "expired" : "active"),
            .time(key.createdMs), .time(key.expiresMs), .time(key.revokedMs), .limits(key.limits),
        ]
        self.init(Self.keyMembers, cells)
    }
}
