import ArgumentParser
import Models
import Weights

/// `gleaner make-random-model`: a model for benchmarks, where speed matters and words do not.
struct MakeRandomModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make-random-model",
        abstract: "Write a GGUF file with random weights.",
        discussion: """
            Without sizes it has the shape of Qwen2.5-0.5B. The same seed writes the same file.

              gleaner make-random-model random.gguf
              gleaner make-random-model small.gguf --layers 2 --hidden-size 64 --heads 2 --kv-heads 1 --head-width 32
            """,
        shouldDisplay: false)

    @Argument(help: "The file to write.", completion: .file(extensions: ["gguf"]))
    var output: String

    @Option(help: "qwen2, qwen3 or llama.")
    var architecture = RandomModel.qwen25Half.architecture

    @Option(help: "Type of the matrices, such as Q8_0.", transform: tensorType)
    var type = TensorType.q8_0

    @Option var vocabularySize = RandomModel.qwen25Half.vocabularySize
    @Option var hiddenSize = RandomModel.qwen25Half.hiddenSize
    @Option var layers = RandomModel.qwen25Half.layers
    @Option var heads = RandomModel.qwen25Half.heads
    @Option var kvHeads = RandomModel.qwen25Half.kvHeads
    @Option var headWidth = RandomModel.qwen25Half.headWidth
    @Option var feedForwardWidth = RandomModel.qwen25Half.feedForwardWidth
    @Option var contextLength = RandomModel.qwen25Half.contextLength
    @Option var seed: UInt64 = 1

    func run() throws {
        var model = RandomModel(
            vocabularySize: vocabularySize, hiddenSize: hiddenSize, layers: layers, heads: heads, kvHeads: kvHeads,
            headWidth: headWidth, feedForwardWidth: feedForwardWidth, contextLength: contextLength)
        (model.architecture, model.type, model.seed) = (architecture, type, seed)
        try model.write(to: output)
    }
}

/// Reads the name of a type, in any case.
@Sendable private func tensorType(_ text: String) throws -> TensorType {
    guard let type = TensorType.allCases.first(where: { $0.name == text.uppercased() }) else {
        let names = TensorType.allCases.map(\.name).joined(separator: ", ")
        throw ValidationError("'\(text)' is no type of tensors: give one of \(names).")
    }
    return type
}
