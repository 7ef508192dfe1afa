import Foundation
import JSON
import ScriptedServer
import TestSupport
import Testing

@Suite struct StoreCommandTests {
    private func json(_ run: GleanerProcess) throws -> JSON { try JSON.parse(run.output) }

    @Test func anEmptyStoreIsListedWithoutFuss() async throws {
        try await withHome { (home) async throws in
            let list = try await GleanerProcess.run(["list"], home: home)
            #expect(list.status == 0 && list.output.isEmpty && list.errors.contains("gleaner pull"))
            #expect(try await GleanerProcess.run(["ls", "--json"], home: home).text == "[]\n")
            let missing = try await GleanerProcess.run(["show", "nothing"], home: home)
            #expect(missing.status == 1 && missing.output.isEmpty && missing.errors.contains("'nothing'"))
        }
    }

    @Test func aModelIsPulledListedShownUsedAndRemoved() async throws {
        try await withHome { home in
            try await makeRandomModel(at: home + "/random.gguf", home: home)
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: home + "/random.gguf")))
            let hub = ScriptedHub(["random-Q8_0.gguf": bytes])
            try await ScriptedServer.run({ hub.respond(to: $0) }) { (server) async throws in
                let gleaner = { (arguments: [String], input: String) in
                    try await GleanerProcess.run(
                        arguments, home: home, input: Array(input.utf8), environment: ["HF_ENDPOINT": server.address])
                }
                let pull = try await gleaner(["pull", "Owner/Model"], "")
                #expect(pull.status == 0 && pull.output.isEmpty, "\(pull.errors)")
                #expect(pull.errors.contains("100 %") && pull.errors.contains("Owner/Model:Q8_0 is here"))
                #expect(try await gleaner(["pull", "Owner/Model:q8_0"], "").errors.contains("is here already"))

                let list = try json(await gleaner(["list", "--json"], "")).array
                #expect(list?.count == 1 && list?.first?["name"]?.string == "Owner/Model:Q8_0")
                #expect(try await gleaner(["ls"], "").text.split(separator: "\n").count == 2)
                let show = try json(await gleaner(["show", "model", "--json"], ""))
                #expect(show["architecture"]?.string == "qwen2" && show["vocabulary"]?.int == 300)
                #expect(show["types"]?.string?.hasPrefix("Q8_0") == true)

                let text = "Hello <|im_end|>\n\u{1F98A} fox\n"
                let ids = try await gleaner(["tokenize", "--model", "Model"], text)
                #expect(try await gleaner(["tokenize", "--model", "Model", "--decode"], ids.text).text == text)
                let special = try json(await gleaner(["tokenize", "--model", "Model", "--special"], "<|im_end|>"))
                #expect(special.array?.count == 1)
                #expect(try await gleaner(["tokenize", "--model", "Model", "--decode"], "[300]").status == 1)

                #expect(try await gleaner(["rm", "Model", "Modl"], "").status == 1)
                #expect(try await gleaner(["rm", "Model"], "").status == 0)
                #expect(try await gleaner(["list", "--json"], "").text == "[]\n")
            }
        }
    }

    @Test func anInterruptedPullGoesOnLater() async throws {
        let bytes = ScriptedHub.bytes(200_000)
        let hub = ScriptedHub(
            ["m-Q8_0.gguf": bytes],
            script: [
                { _, content in
                    ScriptedResponse(
                        200, headers: [("Content-Length", "\(content.count)")], pieces: [Array(content[..<150_000])],
                        ending: .stall)
                }
            ])
        try await withHome { home in
            try await ScriptedServer.run({ hub.respond(to: $0) }) { (server) async throws in
                let environment = ["HF_ENDPOINT": server.address]
                let first = try await GleanerProcess.run(["pull", "Owner/Model"], home: home, environment: environment)
                {
                    while partBytes(in: home) < 150_000 { await Task.yield() }
                    $0.send(SIGINT)
                }
                #expect(first.status == 130 && first.errors.contains("Stopped"))
                let second = try await GleanerProcess.run(
                    ["pull", "Owner/Model"], home: home, environment: environment)
                #expect(second.status == 0)
                #expect(server.requests.last?.rangeStart == 150_000)
            }
        }
    }

    private func partBytes(in home: String) -> Int {
        let folder = home + "/downloads/"
        let parts = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let sizes = parts.map { try? FileManager.default.attributesOfItem(atPath: folder + $0)[.size] as? Int }
        return sizes.compactMap(\.self).reduce(0, +)
    }

    @Test func aRefusedPullSaysWhatToDo() async throws {
        try await withHome { home in
            try await ScriptedServer.run({ _ in ScriptedResponse(403, headers: [("X-Error-Code", "GatedRepo")]) }) {
                server in
                let pull = try await GleanerProcess.run(
                    ["pull", "Owner/Model"], home: home, environment: ["HF_ENDPOINT": server.address])
                #expect(pull.status == 1 && pull.errors.contains("HF_TOKEN") && pull.errors.contains("licence"))
            }
        }
    }
}
