import Foundation
import JSON
import TestSupport
import Testing

/// `gleaner serve`, the real program, from its first line to its last.
@Suite(.timeLimit(.minutes(10))) struct ServeCommandTests {
    private static let demo = TestData.packageRoot.appendingPathComponent("Demo/gleaner-demo-q8_0.gguf").path

    private func load(_ address: String, home: String) async throws -> JSON {
        let bench = try await GleanerProcess.run(
            [
                "bench", "--url", address, "--requests", "6", "--concurrency", "3", "--prompt-tokens", "20",
                "--max-tokens", "8", "--json",
            ], home: home)
        #expect(bench.status == 0, "\(bench.errors)")
        return try JSON.parse(bench.output)
    }

    @Test(arguments: [SIGINT, SIGTERM]) func itServesUntilItIsAskedToStop(_ signal: Int32) async throws {
        try await withHome { home in
            let status = try await TerminalSession.run(["serve", Self.demo, "--port", "0"], home: home) { terminal in
                let report = try await load(terminal.readAddress(), home: home)
                #expect(report["requests_completed"]?.int == 6 && report["model"]?.string == "gleaner-demo-q8_0")
                if signal == SIGINT { try terminal.type(TerminalSession.controlC) } else { terminal.send(signal) }
            }
            #expect(status == 0, "it ends by itself, and well")
        }
    }

    @Test func theFileTheEnvironmentAndTheFlagsSetIt() async throws {
        try await withHome { home in
            let file = home + "/gleaner.yaml"
            try Data("model: \(Self.demo)\nport: 1\nname: from-file\n".utf8).write(to: URL(fileURLWithPath: file))
            let environment = ["GLEANER_CONFIG": file, "GLEANER_PORT": "0", "GLEANER_NAME": "from-environment"]
            let arguments = ["serve", "--name", "from-flag"]
            _ = try await TerminalSession.run(arguments, home: home, environment: environment) { terminal in
                #expect(try await load(terminal.readAddress(), home: home)["model"]?.string == "from-flag")
                try terminal.type(TerminalSession.controlC)
            }
        }
    }

    @Test func whatCannotBeServedIsSaidAtOnce() async throws {
        try await withHome { (home) async throws in
            let missing = try await GleanerProcess.run(["serve", "/no/such.gguf"], home: home)
            #expect(missing.status == 1 && missing.errors.contains("'/no/such.gguf'"))
            let broken = home + "/broken.gguf"
            try Data("GGUF, but nothing more".utf8).write(to: URL(fileURLWithPath: broken))
            let refused = try await GleanerProcess.run(["serve", broken], home: home)
            #expect(refused.status == 1 && refused.errors.contains(broken))
        }
    }

    @Test func beyondThisMachineAKeyIsNeeded() async throws {
        try await withHome { (home) async throws in
            // An address of nobody: no port of this machine is on it.
            let arguments = ["serve", Self.demo, "--host", "192.0.2.1"]
            let open = try await GleanerProcess.run(arguments, home: home)
            #expect(open.status == 1 && open.errors.contains("gleaner keys create"))
            for words in [["tenants", "add", "acme"], ["keys", "create", "--tenant", "acme"]] {
                #expect(try await GleanerProcess.run(words, home: home).status == 0)
            }
            let elsewhere = try await GleanerProcess.run(arguments, home: home)
            #expect(elsewhere.status == 1 && elsewhere.errors.contains("Cannot listen on 192.0.2.1"))
            // What others could use for nothing is said, and no longer once it has a price.
            #expect(elsewhere.errors.contains("'gleaner-demo-q8_0' has no price and is free"))
            let price = ["prices", "set", "gleaner-demo-q8_0", "--input", "1", "--output", "1"]
            #expect(try await GleanerProcess.run(price, home: home).status == 0)
            #expect(try await !GleanerProcess.run(arguments, home: home).errors.contains("is free"))
        }
    }

    @Test func aMachineBelongsToAPoolThatIsThere() async throws {
        try await withHome { (home) async throws in
            let arguments = ["serve", Self.demo, "--port", "0", "--pool", "gpu-farm"]
            let refused = try await GleanerProcess.run(arguments, home: home)
            #expect(refused.status == 1 && refused.errors.contains("gleaner pools set gpu-farm --operator"))
            let set = ["pools", "set", "gpu-farm", "--operator", "alice", "--share", "80%"]
            #expect(try await GleanerProcess.run(set, home: home).status == 0)
            let status = try await TerminalSession.run(arguments, home: home) { terminal in
                _ = try await load(terminal.readAddress(), home: home)
                terminal.send(SIGTERM)
            }
            #expect(status == 0)
            let usage = try await GleanerProcess.run(["usage", "summary", "--group-by", "pool", "--json"], home: home)
            let pools = try JSON.parse(usage.output).array?.map { $0["pool"]?.string }
            #expect(pools == ["gpu-farm"], "\(usage.errors)")
        }
    }
}
