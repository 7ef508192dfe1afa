import ArgumentParser
import Ledger
import Options

/// `gleaner ledger`: the books themselves.
struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "The books: verify them, show balances and entries, take an entry back.",
        discussion: """
            Money moves only by entries whose postings sum to zero. Entries are never changed: a wrong one is taken \
            back by another that names it.

              gleaner ledger verify
              gleaner ledger balances
              gleaner ledger show deposit:invoice-2026-117
              gleaner ledger reverse deposit:invoice-2026-117 --id typo-117
            """,
        subcommands: [
            LedgerVerifyCommand.self, LedgerBalancesCommand.self, LedgerShowCommand.self, LedgerReverseCommand.self,
        ])
}

/// `gleaner ledger balances`.
struct LedgerBalancesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balances",
        abstract: "List every account with its balance; together they are zero.",
        discussion: """
              gleaner ledger balances
              gleaner ledger balances --account operator:
            """)

    @Option(help: .init("Only accounts whose names begin so, such as 'tenant:'.", valueName: "name"))
    var account = ""

    @OptionGroup var listing: ListingFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let balances = try await database.withLedger { try await $0.balances(prefix: account) }
        listing.print(
            Listing(columns: ["account", "balance"], rows: balances.map { [.text($0.account), .money($0.balance)] }),
            hint: "No money has moved yet.")
    }
}

/// `gleaner ledger show`.
struct LedgerShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an entry and its postings.",
        discussion: """
            Name an entry by its id or by its number. The entry of a request is 'request:' and the request's id, that \
            of a payment 'deposit:' and the payment's.

              gleaner ledger show request:chatcmpl-0123456789abcdef
              gleaner ledger show 17
            """)

    @Argument(help: "The entry's id or number.", transform: LedgerArgument.reference)
    var entry: String

    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        EntryPage(try await database.withLedger { try await $0.knownEntry(entry) }).print(card)
    }
}

/// `gleaner ledger reverse`.
struct LedgerReverseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reverse",
        abstract: "Take an entry back by its opposite.",
        discussion: """
            Both entries stay. An entry can be taken back once; the same command again changes nothing.

              gleaner ledger reverse deposit:invoice-2026-117 --id typo-117
            """)

    @Argument(help: "The entry's id or number.", transform: LedgerArgument.reference)
    var entry: String

    @Option(help: "The id of the new entry.", transform: LedgerArgument.reference)
    var id: String

    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let startMs = WallClock.nowMs()
        let trace = try await database.withLedger { ledger in
            let known = try await ledger.knownEntry(entry)
            let reversal = try await ledger.reverse(entryID: known.entry.draft.id, id: id)
            return try await ledger.knownEntry(reversal.draft.id)
        }
        let wasThere = trace.entry.draft.timeMs < startMs
        EntryPage(trace).print(card, remark: wasThere ? "Nothing changed: it was taken back before." : nil)
    }
}
