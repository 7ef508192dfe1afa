import Foundation
import JSON
import ScriptedServer
import Testing
import Weights

/// A model in several GGUF files is shown and run like the same model in one.
@Suite(.timeLimit(.minutes(10))) struct SplitModelCommandTests {
    private static let question = ["Go on", "--temperature", "0", "--max-tokens", "8"]

    /// Cuts the model at `path` as gguf-split does: metadata in the first part, every part some of the tensors.
    ///
    /// - Returns: names and contents of the parts.
    private func parts(of path: String, count: Int) throws -> [(name: String, content: [UInt8])] {
        let checkpoint = try Checkpoint.open(path)
        guard case .gguf(let whole) = checkpoint.header else { throw CommandFailed(errors: "\(path) is no GGUF") }
        let tensors = try checkpoint.tensorNames.map { try checkpoint.tensor($0) }
        return try (0..<count).map { part in
            let places: [(String, GGUFValue)] = [
                ("split.no", .uint16(UInt16(part))), ("split.count", .uint16(UInt16(count))),
                ("split.tensors.count", .int32(Int32(tensors.count))),
            ]
            let metadata = part == 0 ? whole.keys.compactMap { key in whole[key].map { (key, $0) } } : []
            let own = tensors.enumerated().filter { $0.offset % count == part }.map(\.element)
            let image = try GGUFWriter.image(
                metadata: metadata + places, tensors: own.map { GGUFTensorPlan($0.name, $0.type, $0.shape) },
                contents: own.map { $0.withBytes { Array($0) } })
            return ("split-Q8_0-0000\(part + 1)-of-0000\(count).gguf", image)
        }
    }

    /// What `show` says of a model but for its name and place.
    private func facts(_ model: String, home: String, environment: [String: String] = [:]) async throws -> JSON {
        let shown = try await GleanerProcess.run(["show", model, "--json"], home: home, environment: environment)
        #expect(shown.status == 0, "\(shown.errors)")
        let members = try #require(try JSON.parse(shown.output).object)
        return .object(JSONObject(members.filter { !["name", "path", "manifest"].contains($0.key) }.map { ($0, $1) }))
    }

    private func answer(_ model: String, home: String) async throws -> [UInt8] {
        let run = try await GleanerProcess.run(["run", model] + Self.question, home: home)
        #expect(run.status == 0 && !run.output.isEmpty, "\(run.errors)")
        return run.output
    }

    @Test func itIsShownAndRunLikeTheWholeByPathAndByName() async throws {
        try await withHome { home in
            let whole = home + "/whole.gguf"
            try await makeRandomModel(at: whole, home: home)
            let parts = try parts(of: whole, count: 3)
            for part in parts { try Data(part.content).write(to: URL(fileURLWithPath: home + "/" + part.name)) }
            let expected = try await (facts(whole, home: home), answer(whole, home: home))
            let first = home + "/" + parts[0].name
            #expect(try await facts(first, home: home) == expected.0)
            #expect(try await answer(first, home: home) == expected.1)
            let hub = ScriptedHub(Dictionary(uniqueKeysWithValues: parts.map { ($0.name, $0.content) }))
            try await ScriptedServer.run({ hub.respond(to: $0) }) { (server) async throws in
                let pull = try await GleanerProcess.run(
                    ["pull", "Owner/Model"], home: home, environment: ["HF_ENDPOINT": server.address])
                #expect(pull.status == 0, "\(pull.errors)")
            }
            #expect(try await facts("Model", home: home) == expected.0)
            #expect(try await answer("Model", home: home) == expected.1)
        }
    }

    @Test(arguments: ["show", "run"]) func whatIsMissingIsNamed(_ command: String) async throws {
        try await withHome { home in
            let whole = home + "/whole.gguf"
            try await makeRandomModel(at: whole, home: home)
            let parts = try parts(of: whole, count: 3)
            for part in parts.dropLast() {
                try Data(part.content).write(to: URL(fileURLWithPath: home + "/" + part.name))
            }
            let arguments = command == "run" ? Self.question : []
            let missing = try await GleanerProcess.run(
                [command, home + "/" + parts[0].name] + arguments, home: home)
            #expect(missing.status == 1 && missing.output.isEmpty && missing.errors.contains(parts[2].name))
            let second = try await GleanerProcess.run(
                [command, home + "/" + parts[1].name] + arguments, home: home)
            #expect(second.status == 1 && second.errors.contains("-00001-of-00003.gguf"))
        }
    }
}
