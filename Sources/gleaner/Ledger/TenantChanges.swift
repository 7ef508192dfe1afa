import ArgumentParser
import Ledger
import Options

/// `gleaner tenants add`.
struct TenantsAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a tenant.",
        discussion: """
            Without --credit-limit the tenant pays in advance. As soon as there is a tenant, requests need a key.

              gleaner tenants add acme --name "Acme Inc."
              gleaner tenants add lab --credit-limit unlimited --monthly-budget 250 --models gleaner-demo
            """)

    @Argument(help: "A new id: 1 to 64 letters, digits, '-', '_' and '.'.", transform: LedgerArgument.tenantID)
    var id: String

    @OptionGroup var change: TenantFlags
    @OptionGroup(title: "Limits") var limits: LimitFlags
    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let tenant = try await database.withLedger(.any) { ledger in
            let limit = change.creditLimit ?? .limit(.zero)
            _ = try await ledger.addTenant(
                id: id, name: change.name ?? "", creditLimit: limit.value, limits: limits.applied(to: Limits()))
            return try await ledger.knownTenant(id)
        }
        card.print(Card(tenant), remark: "Next: gleaner keys create --tenant \(id)")
    }
}

/// `gleaner tenants set`.
struct TenantsSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change a tenant's name, credit or limits.",
        discussion: """
            What is not named stays. Servers follow within two seconds.

              gleaner tenants set acme --tokens-per-minute 200000 --concurrent-requests 16
              gleaner tenants set acme --monthly-budget unlimited
            """)

    @Argument(help: "The tenant.", transform: LedgerArgument.tenantID)
    var id: String

    @OptionGroup var change: TenantFlags
    @OptionGroup(title: "Limits") var limits: LimitFlags
    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func validate() throws {
        guard !limits.isEmpty || change.name != nil || change.creditLimit != nil else {
            throw ValidationError("Say what to change: --name, --credit-limit or a limit.")
        }
    }

    func run() async throws {
        let (change, limits) = (change, limits)
        card.print(
            Card(
                try await database.changeTenant(id) { tenant in
                    if let name = change.name { tenant.name = name }
                    if let limit = change.creditLimit { tenant.creditLimit = limit.value }
                    tenant.limits = limits.applied(to: tenant.limits)
                }))
    }
}

/// `gleaner tenants suspend`.
struct TenantsSuspendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: "Refuse a tenant's requests from now on.",
        discussion: """
            Requests that run are served to their end and charged; the balance stays.

              gleaner tenants suspend acme
            """)

    @Argument(help: "The tenant.", transform: LedgerArgument.tenantID)
    var id: String

    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        card.print(
            Card(try await database.changeTenant(id) { $0.isSuspended = true }),
            remark: "Undo: gleaner tenants resume \(id)")
    }
}

/// `gleaner tenants resume`.
struct TenantsResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Serve a suspended tenant again.",
        discussion: """
              gleaner tenants resume acme
            """)

    @Argument(help: "The tenant.", transform: LedgerArgument.tenantID)
    var id: String

    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        card.print(Card(try await database.changeTenant(id) { $0.isSuspended = false }))
    }
}

/// `gleaner tenants deposit`.
struct TenantsDepositCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deposit",
        abstract: "Book what a tenant has paid in.",
        discussion: """
            The id is the payment's own, such as the number of an invoice or of a transfer. The same deposit said \
            twice is booked once; a wrong one is taken back by 'gleaner ledger reverse'.

              gleaner tenants deposit acme 100.00 --id invoice-2026-117
            """)

    @Argument(help: "The tenant.", transform: LedgerArgument.tenantID)
    var tenant: String

    @Argument(help: "Dollars, such as 100.00.", transform: LedgerArgument.amount)
    var amount: PicoUSD

    @Option(help: "The payment's id.", transform: LedgerArgument.reference)
    var id: String

    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let startMs = WallClock.nowMs()
        let trace = try await database.withLedger { ledger in
            _ = try await ledger.knownTenant(tenant)
            let entry = try await ledger.deposit(amount, tenant: tenant, id: id)
            return try await ledger.knownEntry(entry.draft.id)
        }
        let wasThere = trace.entry.draft.timeMs < startMs
        EntryPage(trace).print(card, remark: wasThere ? "Nothing changed: this payment was booked before." : nil)
    }
}

/// What is known of a tenant besides its limits.
struct TenantFlags: ParsableArguments {
    @Option(help: "What people call it.", transform: LedgerArgument.name)
    var name: String?

    @Option(
        help: .init("How far below zero the balance may go, in dollars, or 'unlimited'.", valueName: "usd"),
        transform: LimitSetting<PicoUSD>.amount)
    var creditLimit: LimitSetting<PicoUSD>?
}

extension DatabaseFlags {
    /// Changes a tenant that exists, and gives it as it is then.
    fileprivate func changeTenant(
        _ id: String, _ change: @escaping @Sendable (inout Tenant) -> Void
    ) async throws -> TenantOverview {
        try await withLedger { ledger in
            _ = try await ledger.knownTenant(id)
            _ = try await ledger.changeTenant(id, change)
            return try await ledger.knownTenant(id)
        }
    }
}
