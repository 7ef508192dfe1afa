import ArgumentParser
import JSON
import Models
import Weights

/// `gleaner logits`: the seam through which an outside check sees what the model computes.
struct LogitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logits",
        abstract: "Print the logits of a model for a list of tokens.",
        discussion: """
            Prints a JSON array with one array of logits for each position, keys and values kept in f32.

              gleaner logits --model qwen3-0.6b.gguf --tokens "1 5 42"
            """)

    @Option(help: "A GGUF file, a Hugging Face directory, or a model of the store.")
    var model: String

    @Option(help: "Token ids, separated by spaces or commas.")
    var tokens: String

    @Option(help: "Threads of the forward pass.")
    var threads = 2

    func run() throws {
        let tokens = try parseTokens()
        let model = try Model.load(Checkpoint.open(ModelLocation.resolve(model)), threads: threads)
        let blocks = (tokens.count + 15) / 16
        let backend = try CPUBackend(model: model, threads: threads, kvType: .f32, blockCount: blocks)
        let logits = Logits(vocabularySize: model.spec.vocabularySize)
        let slice = SequenceSlice(tokens: tokens, position: 0, blocks: (0..<Int32(blocks)).map { $0 }, logits: .all)
        try backend.forward(RaggedBatch(slices: [slice]), into: logits, shouldAbandon: { false })
        printRows(logits)
    }

    private func parseTokens() throws -> [Int32] {
        let parts = tokens.split { $0 == " " || $0 == "," || $0 == "\n" }
        let ids = try parts.map { part in
            guard let id = Int32(part) else { throw ValidationError("'\(part)' in --tokens is not a token id.") }
            return id
        }
        guard !ids.isEmpty else { throw ValidationError("--tokens names no token.") }
        return ids
    }

    private func printRows(_ logits: Logits) {
        let rows = (0..<logits.rows).map { row in
            "[" + logits.row(row).map { $0.isFinite ? "\($0)" : "null" }.joined(separator: ",") + "]"
        }
        print("[" + rows.joined(separator: ",\n") + "]")
    }
}
