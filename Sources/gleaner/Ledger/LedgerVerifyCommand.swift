import ArgumentParser
import Foundation
import JSON
import Ledger
import Options

/// `gleaner ledger verify`.
struct LedgerVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compute everything again and compare: entries, balances, usage, statements, engine counters.",
        discussion: """
            Reads the whole ledger as of one moment, beside servers that run. The exit status is 0 when all are \
            equal, 1 when a line is not, which is then named, and 2 when it could not be found out.

              gleaner ledger verify
              gleaner ledger verify --json | jq .totals
            """)

    /// Long enough for hundreds of millions of rows.
    private static let deadline = Duration.seconds(24 * 3600)

    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let report: VerificationReport
        do {
            var deadlines = StoreDeadlines()
            deadlines.read = Self.deadline
            report = try await database.withLedger(deadlines: deadlines) { ledger in
                try await ledger.verify(progress: Self.show)
            }
            Self.clearLine()
        } catch {
            Self.clearLine()
            TerminalOutput.note("Error: \(error)")
            throw ExitCode(2)
        }
        TerminalOutput.write(card.json ? report.json.serialized() + "\n" : report.table)
        if !report.isSound { throw ExitCode(1) }
    }

    /// On a terminal, one line that is drawn again.
    @Sendable private static func show(_ progress: VerificationProgress) {
        guard TerminalOutput.width != nil else { return }
        let line = "\r\u{1B}[K\(progress.step.rawValue): \(progress.rows)"
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }

    private static func clearLine() {
        guard TerminalOutput.width != nil else { return }
        try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8))
    }
}

extension VerificationReport {
    fileprivate var table: String {
        let stepRows = steps.map { [Cell.text($0.step.rawValue), .count($0.rows), .text("equal")] }
        var text = Listing(columns: ["compared", "rows", "result"], rows: stepRows).table + "\n" + totalsCard.table
        if !notComparable.isEmpty {
            text += "\nWorkers whose counters are still open: \(notComparable.joined(separator: ", "))\n"
        }
        return text + "\n" + (discrepancy.map { "NOT EQUAL. \($0)" } ?? "All are equal.") + "\n"
    }

    private var totalsCard: Card {
        Card(
            [
                "entries", "requests", "usage_lines", "prompt_tokens", "cached_tokens", "output_tokens",
                "unsent_tokens", "capped_requests", "charged", "posted", "counted_prompt_tokens",
                "counted_generated_tokens",
            ],
            [
                .count(totals.entries), .count(totals.requests), .count(totals.usageLines),
                .count(totals.promptTokens), .count(totals.cachedTokens), .count(totals.outputTokens),
                .count(totals.unsentTokens), .count(totals.cappedRequests), .money(totals.charged),
                .money(totals.posted), .count(totals.countedPromptTokens), .count(totals.countedGeneratedTokens),
            ])
    }

    fileprivate var json: JSON {
        [
            "is_sound": .bool(isSound), "discrepancy": discrepancy?.json ?? .null,
            "steps": .array(steps.map { ["step": .string($0.step.rawValue), "rows": .int($0.rows)] }),
            "totals": totalsCard.json,
            "workers_with_open_counters": .array(notComparable.map { .string($0) }),
        ]
    }
}

extension Discrepancy {
    fileprivate var json: JSON {
        [
            "step": .string(step.rawValue), "place": .string(place), "what": .string(what),
            "expected": .string(expected), "found": .string(found),
        ]
    }
}
