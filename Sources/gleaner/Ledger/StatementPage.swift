import JSON
import Ledger

/// A statement as it is shown: who and when, the lines of usage or earnings, the payments, the balances.
struct StatementPage {
    let agrees: Bool
    private let owner: Card
    private let opening: PicoUSD
    /// Usage or earnings, with what they move in the last column.
    private let lines: Listing
    private let movements: [StatementMovement]
    private let closing: PicoUSD
    /// Names the sum of the lines in the table.
    private let linesName: String
    /// What the lines move in all.
    private let moved: PicoUSD

    init(_ statement: TenantStatement) {
        agrees = statement.agrees
        owner = Card(["tenant", "month"], [.text(statement.tenant), .text(statement.month.description)])
        (opening, closing, movements) = (statement.opening, statement.closing, statement.movements)
        linesName = "usage"
        moved = -statement.usageCharged
        lines = Listing(
            columns: [
                "model", "tier", "price_version", "requests", "prompt_tokens", "cached_tokens", "output_tokens",
                "amount",
            ],
            rows: statement.usage.map { usage in
                [
                    .text(usage.model), .text(usage.tier.rawValue), .number(usage.priceVersion),
                    .count(usage.requests), .count(usage.promptTokens), .count(usage.cachedTokens),
                    .count(usage.outputTokens), .money(-usage.charge),
                ]
            })
    }

    init(_ statement: OperatorStatement) {
        agrees = statement.agrees
        owner = Card(["operator", "month"], [.text(statement.operatorID), .text(statement.month.description)])
        (opening, closing, movements) = (statement.opening, statement.closing, statement.movements)
        linesName = "earnings"
        moved = statement.earnings.reduce(.zero) { $0 + $1.earned + $1.replayPay }
        lines = Listing(
            columns: ["pool", "segments", "earned", "replay_pay", "amount"],
            rows: statement.earnings.map { earnings in
                [
                    .text(earnings.pool), .count(earnings.segments), .money(earnings.earned),
                    .money(earnings.replayPay), .money(earnings.earned + earnings.replayPay),
                ]
            })
    }

    func print(_ flags: ListingFlags) {
        TerminalOutput.write(flags.json ? json.serialized() + "\n" : flags.csv ? csv : table)
    }

    // MARK: Forms

    private var table: String {
        let parts = [owner.table, lines.rows.isEmpty ? "" : lines.table]
        let paid = movements.isEmpty ? "" : payments.table
        return (parts + [paid, balances]).filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var payments: Listing {
        Listing(
            columns: ["time_ms", "entry", "id", "kind", "reverses", "amount"],
            rows: movements.map { movement in
                [
                    .time(movement.timeMs), .number(movement.number), .text(movement.entryID),
                    .text(movement.kind.rawValue), .text(movement.reverses), .money(movement.amount),
                ]
            })
    }

    /// From the opening balance to the closing one, under each other.
    private var balances: String {
        let paid = movements.reduce(PicoUSD.zero) { $0 + $1.amount }
        return Listing(
            columns: ["balance", "amount"],
            rows: [
                [.text("opening"), .money(opening)], [.text(linesName), .money(moved)],
                [.text("payments"), .money(paid)], [.text("closing"), .money(closing)],
            ]
        ).table
    }

    private var json: JSON {
        guard case .object(var object) = owner.json else { return owner.json }
        object["opening"] = .string(opening.description)
        object[linesName] = lines.json
        object["movements"] = payments.json
        object["closing"] = .string(closing.description)
        object["agrees"] = .bool(agrees)
        return .object(object)
    }

    /// One list whose last column sums up to the closing balance.
    private var csv: String {
        let names = ["line", "time_ms", "entry", "id", "kind"] + lines.columns
        func row(_ line: String, _ first: [Cell], _ second: [Cell], _ amount: PicoUSD) -> [Cell] {
            let empty = Cell.text("")
            let left = first.isEmpty ? Array(repeating: empty, count: 4) : first
            let right = second.isEmpty ? Array(repeating: empty, count: lines.columns.count - 1) : second
            return [.text(line)] + left + right + [.money(amount)]
        }
        var rows = [row("opening", [], [], opening)]
        for line in lines.rows {
            rows.append([.text(linesName)] + Array(repeating: .text(""), count: 4) + line)
        }
        for movement in movements {
            let cells: [Cell] = [
                .time(movement.timeMs), .number(movement.number), .text(movement.entryID),
                .text(movement.kind.rawValue),
            ]
            rows.append(row("payment", cells, [], movement.amount))
        }
        rows.append(row("closing", [], [], closing))
        return Listing(columns: names, rows: rows).csv
    }
}
