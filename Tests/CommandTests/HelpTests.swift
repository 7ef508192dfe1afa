import Testing

@Suite struct HelpTests {
    private static let commands = [
        "run", "serve", "pull", "list", "show", "rm", "bench", "tokenize", "render", "logits", "make-random-model",
    ]

    @Test(arguments: commands)
    func everyCommandExplainsItselfWithAnExample(_ command: String) async throws {
        try await withHome { (home) async throws in
            let help = try await GleanerProcess.run([command, "--help"], home: home)
            #expect(help.status == 0 && help.errors.isEmpty)
            #expect(help.text.hasPrefix("OVERVIEW: ") && help.text.contains("USAGE: gleaner \(command)"))
            let examples = help.text.split(separator: "\n").filter { !$0.hasPrefix("USAGE:") }
            #expect(examples.contains { $0.contains("gleaner \(command) ") }, "an example that can be copied")
        }
    }

    @Test func theFirstPageNamesEveryCommandForPeople() async throws {
        try await withHome { (home) async throws in
            let help = try await GleanerProcess.run(["--help"], home: home)
            for command in Self.commands.dropLast() { #expect(help.text.contains("\n  \(command)"), "\(command)") }
            #expect(!help.text.contains("make-random-model"))
            let version = try await GleanerProcess.run(["--version"], home: home)
            #expect(version.status == 0 && version.text.split(separator: ".").count == 3)
        }
    }

    @Test(arguments: [
        ["frobnicate"], ["pull"], ["pull", "not-a-repository"], ["rm"], ["list", "--colour"],
        ["bench", "--requests", "0"],
        ["bench", "--rate", "nan"], ["tokenize", "--model", "m", "--decode", "--special"],
        ["make-random-model", "x", "--type", "Q9"],
    ])
    func whatCannotBeUnderstoodIsAUsageError(_ arguments: [String]) async throws {
        try await withHome { (home) async throws in
            let run = try await GleanerProcess.run(arguments, home: home)
            #expect(run.status == 64)
            #expect(run.output.isEmpty && run.errors.hasPrefix("Error: "), "\(run.errors)")
        }
    }
}
