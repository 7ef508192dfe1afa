import ArgumentParser
import Ledger
import Options

/// `gleaner tenants`: the buyers of tokens.
struct TenantsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenants",
        abstract: "Who buys tokens: add, change, suspend, and pay in.",
        discussion: """
            A tenant pays in advance unless it has a credit limit: a request whose highest cost its balance does not \
            cover is refused. From nothing to a key that works:

              gleaner tenants add acme --name "Acme Inc." --requests-per-minute 600
              gleaner tenants deposit acme 100.00 --id invoice-2026-117
              KEY=$(gleaner keys create --tenant acme --quiet)

            The tenant 'local' is whoever asks without a key on this machine while there are no other tenants.
            """,
        subcommands: [
            TenantsListCommand.self, TenantsShowCommand.self, TenantsAddCommand.self, TenantsSetCommand.self,
            TenantsSuspendCommand.self, TenantsResumeCommand.self, TenantsDepositCommand.self,
        ],
        defaultSubcommand: TenantsListCommand.self)
}

/// `gleaner tenants list`.
struct TenantsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the tenants with what they have, have reserved and have spent this month.",
        discussion: """
              gleaner tenants list
              gleaner tenants list --csv > tenants.csv
              gleaner tenants list --json | jq '.[] | select(.suspended)'
            """)

    @OptionGroup var listing: ListingFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let tenants = try await database.withLedger { try await $0.tenantOverviews() }
        listing.print(
            Listing(
                columns: Card.tenantMembers, rows: tenants.map { Card($0).members.map(\.cell) },
                hidden: ["available", "open_requests", "limits", "created_ms"]),
            hint: "No tenants yet. Add one: gleaner tenants add ID")
    }
}

/// `gleaner tenants show`.
struct TenantsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one tenant: its limits, balance and spending.",
        discussion: """
            'available' is what the next request may cost: the balance and the credit limit without what is reserved \
            for requests that are under way.

              gleaner tenants show acme
            """)

    @Argument(help: "The tenant.", transform: LedgerArgument.tenantID)
    var id: String

    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        card.print(Card(try await database.withLedger { try await $0.knownTenant(id) }))
    }
}

extension Ledger {
    /// - Throws: `LedgerCommandError.unknown`.
    func knownTenant(_ id: String) async throws -> TenantOverview {
        guard let tenant = try await tenantOverview(id) else {
            throw LedgerCommandError.unknown(kind: "tenant", id: id, list: "gleaner tenants list")
        }
        return tenant
    }
}

extension Card {
    fileprivate static let tenantMembers = [
        "tenant", "name", "suspended", "balance", "reserved", "available", "open_requests", "spent_this_month",
        "credit_limit", "limits", "created_ms",
    ]

    init(_ overview: TenantOverview) {
        let (tenant, unlimited) = (overview.tenant, LimitSetting<PicoUSD>.word)
        let cells: [Cell] = [
            .text(tenant.id), .text(tenant.name), .flag(tenant.isSuspended, "yes", "no"), .money(overview.balance),
            .money(overview.reserved), .money(overview.available, missing: unlimited), .count(overview.numOpen),
            .money(overview.spent), .money(tenant.creditLimit, missing: unlimited), .limits(tenant.limits),
            .time(tenant.createdMs),
        ]
        self.init(Self.tenantMembers, cells)
    }
}
