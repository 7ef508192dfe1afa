import ArgumentParser
import JSON
import Ledger
import Options

/// `gleaner usage show`.
struct UsageShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one request: its usage, how its price came about, its entry and its postings.",
        discussion: """
            The id is the 'id' of the answer, or the x-request-id that the server sent.

              gleaner usage show chatcmpl-0123456789abcdef
              gleaner usage show chatcmpl-0123456789abcdef --json | jq .entry.postings
            """)

    @Argument(help: "The request's id.", transform: LedgerArgument.reference)
    var request: String

    @OptionGroup var card: CardFlags
    @OptionGroup var database: DatabaseFlags

    func run() async throws {
        let trace = try await database.withLedger { try await $0.trace(requestID: request) }
        guard let trace else { throw LedgerCommandError.unknownRequest(request) }
        let page = RequestPage(trace)
        TerminalOutput.write(card.json ? page.json.serialized() + "\n" : page.table)
    }
}
