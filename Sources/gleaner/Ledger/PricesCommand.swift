import ArgumentParser
import JSON
import Ledger
import Options

/// `gleaner prices`: what tokens cost.
struct PricesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices",
        abstract: "What tokens cost, by model and tier, from when on.",
        discussion: """
            A price is never changed: a new version takes over, and every line of usage keeps the number of the \
            version at which it was charged. A model without a price is free; a tier without one costs what 'default' \
            costs.

              gleaner prices set gleaner-demo --input 0.15 --output 0.60
              gleaner prices list
              gleaner prices show 1
            """,
        subcommands: [PricesListCommand.self, PricesSetCommand.self, PricesShowCommand.self],
        defaultSubcommand: PricesListCommand.self)
}

/// `gleaner prices list`.
struct PricesListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List every version of every price.",
        discussion: """
            'now' marks the versions that hold, 'later' those that will, 'past' those that do not any more. Models \
            that were used this month and have no price are named below the table.

              gleaner prices list --model gleaner-demo
              gleaner prices list --per token --csv > prices.csv
            """)

    @Option(help: "Only this model.")
    var model: String?

    @Option(help: "Show prices for one token or a million.")
    var per = PriceUnit.million

    @OptionGroup var listing: ListingFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let now = WallClock.nowMs()
        let (directory, free) = try await database.withLedger { ledger in
            let directory = try await ledger.directory()
            return (directory, try await ledger.freeModels(directory, nowMs: now))
        }
        let shown = directory.priceVersions.filter { model == nil || $0.model == model }
        guard !listing.json else {
            return TerminalOutput.write(JSON.array(shown.map(\.json)).serialized() + "\n")
        }
        let columns = ["version", "model", "tier", "from_ms", "state", "input", "cached_input", "output", "windows"]
        let rows = shown.map { version -> [Cell] in
            let current = directory.prices.version(model: version.model, tier: version.tier, atMs: now)
            let state = version.validFromMs > now ? "later" : version.number == current?.number ? "now" : "past"
            let windows = version.windows.map { PriceWindowText.text($0, per: per) }.joined(separator: "; ")
            return [
                .number(version.number), .text(version.model), .text(version.tier.rawValue),
                .time(version.validFromMs), .text(state), .money(per.amount(version.base.input)),
                .money(per.amount(version.base.cachedInput)), .money(per.amount(version.base.output)),
                .text(windows.isEmpty ? nil : windows),
            ]
        }
        listing.print(
            Listing(columns: columns, rows: rows),
            hint: model.map { "'\($0)' has no price." } ?? "No prices yet. Set one: gleaner prices set MODEL")
        guard !listing.csv else { return }
        for name in free where model == nil || model == name { TerminalOutput.note(FreeModels.warning(name)) }
    }
}

/// `gleaner prices show`.
struct PricesShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one version of a price.",
        discussion: """
              gleaner prices show 3
              gleaner prices show 3 --per token
            """)

    @Argument(help: "The number of the version.")
    var version: Int64

    @Option(help: "Show prices for one token or a million.")
    var per = PriceUnit.million

    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let versions = try await database.withLedger { try await $0.directory().priceVersions }
        guard let found = versions.first(where: { $0.number == version }) else {
            throw LedgerCommandError.unknown(kind: "price version", id: "\(version)", list: "gleaner prices list")
        }
        found.print(card, per: per)
    }
}

extension PriceVersion {
    /// As a table in the unit that was asked for, or in the one JSON form of a price, which is per token.
    func print(_ card: CardFlags, per unit: PriceUnit, remark: String? = nil) {
        guard !card.json else { return TerminalOutput.write(json.serialized() + "\n") }
        var page = Card(
            ["version", "model", "tier", "from_ms", "created_ms", "unit", "input", "cached_input", "output"],
            [
                .number(number), .text(model), .text(tier.rawValue), .time(validFromMs), .time(createdMs),
                .text(unit == .token ? "USD a token" : "USD a million tokens"), .money(unit.amount(base.input)),
                .money(unit.amount(base.cachedInput)), .money(unit.amount(base.output)),
            ])
        for window in windows { page.members.append(("window", .text(PriceWindowText.text(window, per: unit)))) }
        card.print(page, remark: remark)
    }
}
