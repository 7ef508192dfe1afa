import Foundation
import TestSupport
import Testing

/// `gleaner run`, by somebody who types at a terminal, and by a script.
@Suite(.timeLimit(.minutes(10))) struct RunCommandTests {
    private static let demo = TestData.packageRoot.appendingPathComponent("Demo/gleaner-demo-q8_0.gguf").path
    private static let prompt = ">>> "

    /// A model that talks nonsense for hours: what its answer shows must come before the answer's end.
    private func makeEndlessModel(_ home: String) async throws -> String {
        let path = home + "/endless.gguf"
        try await makeRandomModel(at: path, contextLength: 1_000_000, home: home)
        return path
    }

    @Test func aConversationEndsWithCtrlD() async throws {
        try await withHome { home in
            let status = try await TerminalSession.run(["run", Self.demo, "--temperature", "0"], home: home) {
                terminal in
                _ = try await terminal.read(through: Self.prompt)
                for question in ["Hello!", "Tell me a story about a fox."] {
                    try terminal.type(question + "\n")
                    let shown = try await terminal.read(through: "\r\n" + Self.prompt)
                    let answer = try #require(shown.split(separator: "\r\n", maxSplits: 1).dropFirst().first)
                    #expect(shown.hasPrefix(question) && answer.contains { $0.isLetter }, "\(shown)")
                }
                try terminal.type(TerminalSession.controlD)
            }
            #expect(status == 0)
        }
    }

    @Test func ctrlCStopsTheAnswerAndNotTheProgram() async throws {
        try await withHome { home in
            let model = try await makeEndlessModel(home)
            let status = try await TerminalSession.run(["run", model, "--temperature", "0"], home: home) { terminal in
                _ = try await terminal.read(through: Self.prompt)
                for _ in 0..<3 {
                    try terminal.type("Go on\n")
                    _ = try await terminal.read(through: "Go on\r\n")
                    _ = try await terminal.read(atLeast: 100)
                    try terminal.type(TerminalSession.controlC)
                    _ = try await terminal.read(through: "\r\n" + Self.prompt)
                    // A conversation that begins again is answered the same, so that no answer ends by itself.
                    try terminal.type("/clear\n")
                    _ = try await terminal.read(through: Self.prompt)
                }
                try terminal.type(TerminalSession.controlD)
            }
            #expect(status == 0)
        }
    }

    /// Between answers Ctrl-C drops the line that was begun, as in a shell, and says how to leave.
    @Test func ctrlCBetweenAnswersDropsTheLine() async throws {
        try await withHome { home in
            let status = try await TerminalSession.run(["run", Self.demo], home: home) { terminal in
                _ = try await terminal.read(through: Self.prompt)
                try terminal.type("half a question" + TerminalSession.controlC)
                let hint = try await terminal.read(through: "\r\n" + Self.prompt)
                #expect(hint.contains("Ctrl-D"))
                try terminal.type("/bye\n")
                #expect(try await terminal.readToEnd() == "/bye\r\n", "what was dropped is no part of the next line")
            }
            #expect(status == 0)
        }
    }

    /// An answer that spells the commands of a terminal does not reach the terminal as such; a file gets it all.
    @Test func aModelsWordsCannotDriveTheTerminal() async throws {
        try await withHome { home in
            let model = try await makeEndlessModel(home)
            let arguments = ["run", model, "Go on", "--temperature", "2", "--seed", "6", "--max-tokens", "3000"]
            let raw = try await GleanerProcess.run(arguments, home: home)
            #expect(raw.status == 0 && raw.text.unicodeScalars.contains("\u{1B}"), "the model does try")
            var shown = ""
            let status = try await TerminalSession.run(arguments, home: home) { shown = try await $0.readToEnd() }
            #expect(status == 0)
            let controls = Set(shown.unicodeScalars.filter { $0.properties.generalCategory == .control })
            #expect(controls.isSubset(of: ["\n", "\r", "\t"]), "\(controls)")
            let expected = raw.text.unicodeScalars.filter { $0.properties.generalCategory != .control }
            #expect(shown.unicodeScalars.filter { $0.properties.generalCategory != .control }.elementsEqual(expected))
        }
    }

    @Test func aQuestionIsAnsweredOnce() async throws {
        try await withHome { (home) async throws in
            let arguments = ["run", Self.demo, "--temperature", "0"]
            let asked = try await GleanerProcess.run(arguments + ["Hello!"], home: home)
            #expect(asked.status == 0 && asked.errors.isEmpty)
            #expect(asked.text.contains { $0.isLetter } && asked.text.hasSuffix("\n"))
            let piped = try await GleanerProcess.run(arguments, home: home, input: Array("Hello!\n".utf8))
            #expect(piped.status == 0 && piped.output == asked.output)
        }
    }
}
