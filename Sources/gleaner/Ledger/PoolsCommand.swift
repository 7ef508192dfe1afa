import ArgumentParser
import Ledger
import Options

/// `gleaner pools`: accelerators and whose they are.
struct PoolsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pools",
        abstract: "Accelerators, their operators and the operators' shares.",
        discussion: """
            What a request costs is split between the operator of the pool that served it and the platform. The pool \
            'local' is this machine; all that it earns is its owner's until somebody says otherwise.

              gleaner pools set gpu-farm --operator alice --share 80%
              gleaner pools list
            """,
        subcommands: [PoolsListCommand.self, PoolsSetCommand.self],
        defaultSubcommand: PoolsListCommand.self)
}

/// `gleaner pools list`.
struct PoolsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the pools.",
        discussion: """
              gleaner pools list
            """)

    @OptionGroup var listing: ListingFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let pools = try await database.withLedger { try await $0.directory().pools.values }
        let rows = pools.sorted { $0.id < $1.id }.map { Card($0).members.map(\.cell) }
        listing.print(Listing(columns: Card.poolMembers, rows: rows), hint: "No pools yet.")
    }
}

/// `gleaner pools set`.
struct PoolsSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Make a pool, or change whose it is and the share.",
        discussion: """
            The share holds for requests that are settled from now on; what was settled before keeps its split.

              gleaner pools set gpu-farm --operator alice --share 80%
              gleaner pools set gpu-farm --operator alice --share 4/5
            """)

    @Argument(help: "The pool.", transform: LedgerArgument.poolID)
    var id: String

    @Option(name: .customLong("operator"), help: "Who owns the accelerators.", transform: LedgerArgument.operatorID)
    var operatorID: String

    @Option(help: "The operator's part of the revenue: 80%, 4/5 or 0.8.", transform: LedgerArgument.share)
    var share: Share

    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let pool = Pool(id: id, operatorID: operatorID, operatorShare: share)
        try await database.withLedger(.any) { try await $0.setPool(pool) }
        card.print(Card(pool))
    }
}

extension Card {
    fileprivate static let poolMembers = ["pool", "operator", "share"]

    fileprivate init(_ pool: Pool) {
        self.init(Self.poolMembers, [.text(pool.id), .text(pool.operatorID), .text(pool.operatorShare.description)])
    }
}
