import ArgumentParser
import Ledger
import Options

/// `gleaner statement`: an account's month.
struct StatementCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statement",
        abstract:
            "The month of a tenant or an operator: opening balance, usage or earnings, payments, closing balance.",
        discussion: """
            Months are calendar months in UTC. What stands between the balances leads from one to the other exactly.

              gleaner statement acme --month 2026-11
              gleaner statement acme --csv > acme.csv
              gleaner statement --operator alice
            """)

    @Argument(help: "The tenant.", transform: LedgerArgument.tenantID)
    var tenant: String?

    @Option(
        name: .customLong("operator"), help: "An operator in place of a tenant.", transform: LedgerArgument.operatorID)
    var operatorID: String?

    @Option(
        help: .init("The month, such as 2026-11; this one otherwise.", valueName: "month"),
        transform: LedgerArgument.month)
    var month: CalendarMonth?

    @OptionGroup var listing: ListingFlags
    @OptionGroup var database: DatabaseFlags

    func validate() throws {
        guard (tenant == nil) != (operatorID == nil) else {
            throw ValidationError("Name a tenant, or an operator by --operator.")
        }
    }

    func run() async throws {
        let month = month ?? CalendarMonth(containingMs: WallClock.nowMs())
        let page = try await database.withLedger { ledger in
            guard let operatorID else {
                let tenant = try await ledger.knownTenant(tenant ?? "").tenant.id
                return StatementPage(try await ledger.statement(tenant: tenant, month: month))
            }
            return StatementPage(try await ledger.statement(operatorID: operatorID, month: month))
        }
        page.print(listing)
        guard page.agrees else {
            TerminalOutput.note("Error: The lines do not lead to the closing balance: run 'gleaner ledger verify'.")
            throw ExitCode(1)
        }
    }
}
