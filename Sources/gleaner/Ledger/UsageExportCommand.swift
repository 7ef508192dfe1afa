import ArgumentParser
import Ledger
import Options

/// `gleaner usage export`.
struct UsageExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract:
            "Write every line of usage for another system: CSV, JSON lines, Stripe's meter events, Lago's events.",
        discussion: """
            Lines are those of requests that ended in the time from --from up to, and without, --to. The same time \
            gives the same lines, and every event has an id of its own, so that sending twice counts once. Events are \
            JSON, one in a line, and only for requests that somebody pays.

              gleaner usage export --format csv --from 2026-11-01 > november.csv
              gleaner usage export --format stripe --customer acme=cus_9s6XKzkN
              gleaner usage export --format lago --from 2026-11-20T12:00 \\
                --to 2026-11-20T13:00
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case csv, json, stripe, lago
    }

    /// What ends now may not be written yet.
    private static let settlingMs: Int64 = 60_000

    @Option(help: "How lines are written.")
    var format: Format

    @Option(
        help: .init("Start of the time, in UTC; the beginning of this month otherwise.", valueName: "when"),
        transform: LedgerArgument.moment)
    var from: Int64?

    @Option(
        help: .init("End of the time, in UTC; a minute ago otherwise.", valueName: "when"),
        transform: LedgerArgument.moment)
    var to: Int64?

    @Option(help: "Only this tenant.", transform: LedgerArgument.tenantID)
    var tenant: String?

    @Option(
        help: .init(
            "Stripe's id of a tenant's customer, or Lago's external subscription (the tenant's id otherwise); may be "
                + "repeated.", valueName: "tenant=id"),
        transform: CustomerID.init(text:))
    var customer: [CustomerID] = []

    @OptionGroup var database: DatabaseFlags

    func validate() throws {
        let (startMs, endMs) = time(nowMs: WallClock.nowMs())
        guard startMs < endMs else { throw ValidationError("--from must be before --to.") }
    }

    private func time(nowMs: Int64) -> (startMs: Int64, endMs: Int64) {
        let startMs = from ?? CalendarMonth(containingMs: nowMs).startMs
        return (startMs, to ?? max(startMs + 1, nowMs - Self.settlingMs))
    }

    func run() async throws {
        let (startMs, endMs) = time(nowMs: WallClock.nowMs())
        let count = try await database.withLedger { ledger in
            let tenants = try await tenants(of: ledger)
            try await checkCustomers(of: tenants, startMs: startMs, endMs: endMs, ledger)
            if format == .csv { try TerminalOutput.writeWhole(UsageExport.csvHeader + "\n") }
            var count = 0
            for tenant in tenants { count += try await export(tenant, startMs: startMs, endMs: endMs, ledger) }
            return count
        }
        TerminalOutput.note("\(count) lines of usage from \(UTCTime.text(startMs)) to \(UTCTime.text(endMs))")
    }

    private func tenants(of ledger: Ledger) async throws -> [String] {
        if let tenant { return [try await ledger.knownTenant(tenant).tenant.id] }
        return try await ledger.tenantOverviews().map(\.tenant.id)
    }

    /// Before anything is written: half an export would be taken for a whole one.
    private func checkCustomers(of tenants: [String], startMs: Int64, endMs: Int64, _ ledger: Ledger) async throws {
        guard format == .stripe else { return }
        for tenant in tenants where customerID(tenant) == nil {
            let page = try await ledger.usageLines(tenant: tenant, startMs: startMs, endMs: endMs, limit: 1)
            guard page.lines.isEmpty else { throw LedgerCommandError.noCustomer(tenant: tenant) }
        }
    }

    private func customerID(_ tenant: String) -> String? { customer.last { $0.tenant == tenant }?.id }

    private func export(_ tenant: String, startMs: Int64, endMs: Int64, _ ledger: Ledger) async throws -> Int {
        var count = 0
        var cursor: UsageCursor?
        repeat {
            let page = try await ledger.usageLines(tenant: tenant, startMs: startMs, endMs: endMs, after: cursor)
            count += page.lines.count
            try TerminalOutput.writeWhole(page.lines.flatMap(texts).map { $0 + "\n" }.joined())
            cursor = page.next
        } while cursor != nil
        return count
    }

    private func texts(_ usage: ExportedUsage) -> [String] {
        let customer = customerID(usage.line.tenant) ?? usage.line.tenant
        return switch format {
        case .csv: [UsageExport.csv(usage)]
        case .json: [UsageExport.json(usage)]
        case .stripe: UsageExport.stripe(usage, customer: customer)
        case .lago: UsageExport.lago(usage, subscription: customer)
        }
    }
}

/// A tenant's name in another system.
struct CustomerID: Sendable {
    let tenant: String
    let id: String

    init(text: String) throws {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw ValidationError("write the tenant's id, '=' and the customer's.") }
        tenant = try LedgerArgument.tenantID(parts[0])
        id = try LedgerArgument.reference(parts[1])
    }
}
