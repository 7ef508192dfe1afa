import ArgumentParser
import ModelStore

/// `gleaner rm`: models out of the store.
struct RemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove models from the store.",
        discussion: """
            Files that another model shares stay. Paths outside the store are never removed.

              gleaner rm Qwen2.5-0.5B-Instruct-GGUF:Q8_0
              gleaner rm --unfinished
            """)

    @Argument(help: "Names of models, as 'gleaner list' shows them or any part that is enough.")
    var models: [String] = []

    @Flag(help: "Remove what stopped pulls have left.")
    var unfinished = false

    func validate() throws {
        guard unfinished || !models.isEmpty else { throw ValidationError("Name a model, or give --unfinished.") }
    }

    func run() throws {
        let store = try ModelStore.ofThisUser()
        // All names first: a misspelled one must not leave half of the work done.
        let names = try models.map { try store.name(of: $0) }
        for name in names {
            let freed = try store.remove(name)
            TerminalOutput.note("Removed \(name): \(ByteCount(freed)) freed")
        }
        if unfinished {
            TerminalOutput.note("Removed unfinished pulls: \(ByteCount(try store.removeUnfinished())) freed")
        }
    }
}
