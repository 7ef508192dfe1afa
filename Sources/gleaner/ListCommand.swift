import ArgumentParser
import Foundation
import JSON
import ModelStore

/// `gleaner list`: what is in the store.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the models in the store.",
        discussion: """
            Sizes are those of the files; two models may share some.

              gleaner list
              gleaner list --json | jq -r '.[].name'
            """,
        aliases: ["ls"])

    @Flag(help: "Print a JSON array with the manifest of each model.")
    var json = false

    func run() throws {
        let inventory = try ModelStore.ofThisUser().list()
        for problem in inventory.problems { TerminalOutput.note("Warning: \(problem)") }
        if json {
            TerminalOutput.write(JSON.array(inventory.models.map(\.json)).serialized() + "\n")
        } else if inventory.models.isEmpty {
            TerminalOutput.note("No models yet. Fetch one: gleaner pull Qwen/Qwen2.5-0.5B-Instruct-GGUF")
        } else {
            TerminalOutput.write(TerminalOutput.table(rows(inventory.models)))
        }
    }

    private func rows(_ models: [Manifest]) -> [[String]] {
        let now = Int(Date().timeIntervalSince1970)
        return [["NAME", "FORMAT", "SIZE", "PULLED"]]
            + models.map { model in
                let age = ageText(now - model.pulledAt)
                return [model.name.description, model.format.rawValue, ByteCount(model.size).description, age]
            }
    }
}
