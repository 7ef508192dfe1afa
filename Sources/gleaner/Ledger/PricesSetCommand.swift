import ArgumentParser
import Ledger
import Options

/// `gleaner prices set`.
struct PricesSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Set a model's price in a tier, as a new version.",
        discussion: """
            Prices are decimal dollars for a million tokens, with at most 6 decimals, or for one token with at most \
            12. Without --cached-input, tokens found in the prefix cache cost what others cost.

              gleaner prices set gleaner-demo --input 0.15 --output 0.60
              gleaner prices set gleaner-demo --input 0.075 --output 0.30 \\
                --tier batch --from 2027-01-01
              gleaner prices set gleaner-demo --input 0.15 --output 0.60 \\
                --window 'mon-fri 16:30-00:30 input=0.30 output=1.20'

            In a window, whose times are UTC, its prices hold; of several that are open the first counts. Requests \
            that were admitted before keep the price they were admitted at.
            """)

    @Argument(help: "The model, by the name under which it is served.")
    var model: String

    @Option(parsing: .unconditional, help: .init("For a prompt token that has to be computed.", valueName: "usd"))
    var input: String

    @Option(parsing: .unconditional, help: .init("For a prompt token that is found in the cache.", valueName: "usd"))
    var cachedInput: String?

    @Option(parsing: .unconditional, help: .init("For a token of the answer.", valueName: "usd"))
    var output: String

    @Option(help: "Whether prices are for one token or a million.")
    var per = PriceUnit.million

    @Option(
        help: .init("default, flex, priority or batch.", valueName: "tier"), transform: LedgerArgument.tier)
    var tier = ServiceTier.standard

    @Option(
        help: .init("From when on, in UTC, such as 2027-01-01 or 2027-01-01T16:30; now otherwise.", valueName: "when"),
        transform: LedgerArgument.moment)
    var from: Int64?

    @Option(
        help: .init("Other prices for a part of the day; may be repeated.", valueName: "window"),
        transform: PriceWindowText.init)
    var window: [PriceWindowText] = []

    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func validate() throws { _ = try prices() }

    /// - Throws: `ValidationError`.
    private func prices() throws -> (base: TokenPrices, windows: [PriceWindow]) {
        do {
            return (
                try per.prices(input: input, cached: cachedInput, output: output),
                try window.map { try $0.window(per: per, namesCached: cachedInput != nil) }
            )
        } catch let error as PriceError {
            throw ValidationError("The price is refused: \(error)")
        }
    }

    func run() async throws {
        let (base, windows) = try prices()
        let (version, book) = try await database.withLedger(.any) { ledger in
            let version = try await ledger.setPrice(
                model: model, tier: tier, base: base, windows: windows, validFromMs: from)
            return (version, try await ledger.directory().prices)
        }
        version.print(card, per: per, remark: Self.remark(version, in: book, nowMs: WallClock.nowMs()))
    }

    /// What whoever sets a price in the past may not have thought of.
    private static func remark(_ version: PriceVersion, in book: PriceBook, nowMs: Int64) -> String? {
        let startMs = max(nowMs, version.validFromMs)
        let holder = book.version(model: version.model, tier: version.tier, atMs: startMs)
        guard let holder, holder.number != version.number else { return nil }
        return "No request will be charged at it: version \(holder.number) holds from "
            + "\(UTCTime.text(holder.validFromMs)), which is later. Requests that were served keep their prices."
    }
}
