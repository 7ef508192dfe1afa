import ArgumentParser
import Ledger
import Options

/// `gleaner usage`: what was used.
struct UsageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage",
        abstract: "Tokens and what they cost: of a month, of one request, or every line for another system.",
        discussion: """
            Prompt tokens include cached ones. A month is a calendar month in UTC, and a request counts when it ends. \
            'gleaner usage' alone takes the options of 'gleaner usage summary'.

              gleaner usage
              gleaner usage --tenant acme --month 2026-11 --group-by model,key
              gleaner usage show chatcmpl-0123456789abcdef
              gleaner usage export --format csv --from 2026-11-01 > november.csv
            """,
        subcommands: [UsageSummaryCommand.self, UsageShowCommand.self, UsageExportCommand.self],
        defaultSubcommand: UsageSummaryCommand.self)
}

/// `gleaner usage` alone.
struct UsageSummaryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary",
        abstract: "Sum up a month.",
        discussion: """
              gleaner usage summary --month 2026-11
              gleaner usage summary --tenant acme --group-by key --csv
            """)

    @Option(help: "Only this tenant.", transform: LedgerArgument.tenantID)
    var tenant: String?

    @Option(
        help: .init("The month, such as 2026-11; this one otherwise.", valueName: "month"),
        transform: LedgerArgument.month)
    var month: CalendarMonth?

    @Option(
        help: .init(
            "tenant, model, tier, key and pool, with commas between them. (default: tenant,model)",
            valueName: "what"),
        transform: UsageGrouping.init)
    var groupBy: UsageGrouping = .standard

    @OptionGroup var listing: ListingFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let month = month ?? CalendarMonth(containingMs: WallClock.nowMs())
        let results = try await database.withLedger { ledger in
            guard let tenant else { return try await ledger.usage(month: month, by: groupBy.dimensions) }
            _ = try await ledger.knownTenant(tenant)
            return try await ledger.usage(tenant: tenant, month: month, by: groupBy.dimensions)
        }
        var page = Listing(
            columns: groupBy.columns + Self.columns,
            rows: results.map { groupBy.cells($0.group) + Self.cells($0.usage) })
        if !listing.json, !listing.csv, results.count > 1 { page.rows.append(total(results)) }
        listing.print(page, hint: "Nothing was used in \(month).")
    }

    private static let columns = ["requests", "prompt_tokens", "cached_tokens", "output_tokens", "charge"]

    private static func cells(_ usage: UsageHour) -> [Cell] {
        [
            .count(usage.requests), .count(usage.promptTokens), .count(usage.cachedTokens),
            .count(usage.outputTokens), .money(usage.charge),
        ]
    }

    /// The last row of the table.
    private func total(_ results: [UsageResult]) -> [Cell] {
        var sum = UsageHour()
        for result in results { sum.add(result.usage) }
        let names = groupBy.columns.indices.map { Cell.text($0 == 0 ? "total" : "") }
        return names + Self.cells(sum)
    }
}

/// What usage is grouped by, in the order in which it was asked for.
struct UsageGrouping: Sendable {
    private static let names: [(name: String, dimension: UsageDimension)] = [
        ("tenant", .project), ("model", .model), ("tier", .tier), ("key", .key), ("pool", .pool),
    ]
    static let standard = UsageGrouping(columns: ["tenant", "model"])

    let columns: [String]

    private init(columns: [String]) { self.columns = columns }

    init(_ text: String) throws {
        columns = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard Set(columns).count == columns.count,
            columns.allSatisfy({ column in Self.names.contains { $0.name == column } })
        else { throw ValidationError("name each once: \(Self.names.map(\.name).joined(separator: ", ")).") }
    }

    var dimensions: Set<UsageDimension> {
        Set(columns.compactMap { column in Self.names.first { $0.name == column }?.dimension })
    }

    func cells(_ group: UsageGroup) -> [Cell] {
        columns.map { column in
            switch column {
            case "tenant": .text(group.tenant)
            case "model": .text(group.model)
            case "tier": .text(group.tier?.rawValue)
            case "key": .text(group.keyID?.isEmpty ?? true ? nil : group.keyID)
            default: .text(group.pool)
            }
        }
    }
}
