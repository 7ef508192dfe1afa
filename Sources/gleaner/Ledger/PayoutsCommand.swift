import ArgumentParser
import Ledger
import Options

/// `gleaner payouts`: what operators are owed and paid.
struct PayoutsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payouts",
        abstract: "What operators are owed, and the booking of what they are paid.",
        discussion: """
            A payout is what was earned up to the end of a month and not paid yet, in whole cents; the rest stays \
            owed. 'pay' books it, once for each operator and month; the money itself is moved by your bank.

              gleaner payouts list --month 2026-11
              gleaner payouts pay alice --month 2026-11
            """,
        subcommands: [PayoutsListCommand.self, PayoutsPayCommand.self],
        defaultSubcommand: PayoutsListCommand.self)
}

/// Which month is paid out, and from what amount on.
struct PayoutFlags: ParsableArguments {
    @Option(
        help: .init("The month, such as 2026-11; the last that is over otherwise.", valueName: "month"),
        transform: LedgerArgument.month)
    var month: CalendarMonth?

    @Option(
        help: .init("Less than this is not paid but stays owed.", valueName: "usd"),
        transform: LedgerArgument.amount)
    var minimum: PicoUSD?

    var monthOrLast: CalendarMonth {
        month ?? CalendarMonth(index: CalendarMonth(containingMs: WallClock.nowMs()).index - 1)
    }
}

/// `gleaner payouts list`.
struct PayoutsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what operators are owed for the time up to the end of a month.",
        discussion: """
            'payable' is what 'pay' would book now, 'paid' what it has booked for this month.

              gleaner payouts list --month 2026-11 --minimum 10
            """)

    @OptionGroup var payout: PayoutFlags
    @OptionGroup var listing: ListingFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let month = payout.monthOrLast
        let dues = try await database.withLedger {
            try await $0.payoutsDue(month: month, minimum: payout.minimum ?? .zero)
        }
        let rows = dues.map { due -> [Cell] in
            [
                .text(due.operatorID), .text(month.description), .money(due.owed), .money(due.payable),
                .money(due.rest), .money(due.paid),
            ]
        }
        listing.print(
            Listing(columns: ["operator", "month", "owed", "payable", "rest", "paid"], rows: rows),
            hint: "No operator has earned anything yet.")
    }
}

/// `gleaner payouts pay`.
struct PayoutsPayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pay",
        abstract: "Book the payout of a month.",
        discussion: """
            The same command again changes nothing. A payout that failed at the bank is taken back by \
            'gleaner ledger reverse payout:alice:2026-11 --id ID'; then it can be paid again.

              gleaner payouts pay alice --month 2026-11
              gleaner payouts pay --all --month 2026-11 --minimum 10
            """)

    @Argument(help: "Operators.", transform: LedgerArgument.operatorID)
    var operators: [String] = []

    @Flag(help: "Every operator who is owed something.")
    var all = false

    @OptionGroup var payout: PayoutFlags
    @OptionGroup var listing: ListingFlags
    @OptionGroup var database: DatabaseFlags

    func validate() throws {
        guard all == operators.isEmpty else { throw ValidationError("Name operators, or give --all.") }
        guard Set(operators).count == operators.count else { throw ValidationError("Name each operator once.") }
    }

    func run() async throws {
        let (month, minimum) = (payout.monthOrLast, payout.minimum ?? .zero)
        let payouts = try await database.withLedger { ledger in
            let known = try await ledger.payoutsDue(month: month).map(\.operatorID)
            // All names first: a misspelled one must not leave half of the work done.
            if let stranger = operators.first(where: { !known.contains($0) }) {
                throw LedgerCommandError.unknown(kind: "operator", id: stranger, list: "gleaner payouts list")
            }
            var payouts: [Payout] = []
            for id in all ? known : operators {
                payouts.append(try await ledger.payOut(operatorID: id, month: month, minimum: minimum))
            }
            return payouts
        }
        let rows = payouts.map { payout -> [Cell] in
            let result = payout.wasPaid ? "paid before" : payout.amount > .zero ? "paid now" : "nothing due"
            return [
                .text(payout.operatorID), .text(month.description), .money(payout.amount), .text(result),
            ]
        }
        listing.print(
            Listing(columns: ["operator", "month", "amount", "result"], rows: rows),
            hint: "No operator has earned anything yet.")
    }
}
