import ArgumentParser
import Foundation
import JSON
import ModelStore
import Models
import Weights

/// `gleaner show`: what a model is.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a model is: its shape, its types and where it came from.",
        discussion: """
            Only the headers of the files are read.

              gleaner show Qwen2.5-0.5B-Instruct-GGUF
              gleaner show ./model.gguf --json
            """)

    @Argument(help: "A GGUF file, a Hugging Face directory, or a model of the store.")
    var model: String

    @Flag(help: "Print a JSON object.")
    var json = false

    func run() throws {
        let store = try ModelStore.ofThisUser()
        let found = try store.resolve(model, environment: ProcessInfo.processInfo.environment)
        let checkpoint = try Checkpoint.open(found.path)
        let facts = try ModelFacts(Model.spec(of: checkpoint), checkpoint)
        let manifest = try found.name.map { try store.find($0.description) }
        if json {
            TerminalOutput.write(object(found, facts, manifest).serialized() + "\n")
        } else {
            TerminalOutput.write(TerminalOutput.table(rows(found, facts, manifest)))
        }
    }

    private func rows(_ found: ResolvedModel, _ facts: ModelFacts, _ manifest: Manifest?) -> [[String]] {
        var rows = [["name", found.title], ["path", found.path]]
        if let manifest {
            rows += [
                ["size", ByteCount(manifest.size).description],
                ["source", "\(manifest.endpoint) at commit \(manifest.commit)"],
            ]
        }
        return rows + facts.members.map { [$0.title, $0.text] }
    }

    private func object(_ found: ResolvedModel, _ facts: ModelFacts, _ manifest: Manifest?) -> JSON {
        var object = JSONObject([("name", .string(found.title)), ("path", .string(found.path))])
        for member in facts.members { object[member.key] = member.json }
        object["manifest"] = manifest?.json ?? .null
        return .object(object)
    }
}

/// What the headers of a model tell.
private struct ModelFacts {
    struct Member {
        let title: String
        let text: String
        let json: JSON

        /// The title as programs write it.
        var key: String { title.split(separator: " ").joined(separator: "_") }

        init(_ title: String, _ text: String) { (self.title, self.text, json) = (title, text, .string(text)) }
        init(_ title: String, _ count: Int) { (self.title, text, json) = (title, "\(count)", .int(count)) }
    }

    let members: [Member]

    init(_ spec: ModelSpec, _ checkpoint: Checkpoint) throws {
        let tensors = try spec.tensors.map { try checkpoint.tensor($0.name) }
        let bytes = Dictionary(tensors.map { ($0.type.name, $0.byteCount) }, uniquingKeysWith: +)
        let types = bytes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        members = [
            Member("architecture", spec.architecture), Member("parameters", spec.weightCount),
            Member("layers", spec.layers.count), Member("hidden size", spec.hiddenSize),
            Member("vocabulary", spec.vocabularySize), Member("context length", spec.contextLength),
            Member("types", types.joined(separator: ", ")),
            Member("weight bytes", tensors.reduce(0) { $0 + $1.byteCount }),
        ]
    }
}
