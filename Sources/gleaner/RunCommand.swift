import ArgumentParser
import CoreMetrics
import Foundation
import Logging
import Node
import OpenAI

/// `gleaner run`: chat in the terminal.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Chat with a model in the terminal.",
        discussion: """
            Ctrl-C stops an answer, not the program; Ctrl-D or /bye leaves; /clear begins a new conversation.
            With a question on the command line, or text piped in, it answers once and exits.

              gleaner run Demo/gleaner-demo-q8_0.gguf
              gleaner run gleaner-demo "Tell me a story"
              echo "Hello" | gleaner run gleaner-demo
            """)

    @Argument(help: "A GGUF file, a Hugging Face directory, or a model of the store.")
    var model: String

    @Argument(help: "A question; without it, a conversation.")
    var question: String?

    @Option(help: "The system message.")
    var system: String?

    @Option(help: "0 is greedy; the model's own default otherwise.")
    var temperature: Double?

    @Option(help: "Tokens of an answer at most.")
    var maxTokens: Int?

    @Option(help: "Draws the same answer again.")
    var seed: Int?

    @Option(help: "Threads of the engine.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        if let temperature, !(0...2).contains(temperature) {
            throw ValidationError("--temperature must be 0 to 2, not \(temperature).")
        }
        if let maxTokens, maxTokens < 1 { throw ValidationError("--max-tokens must be at least 1, not \(maxTokens).") }
        guard (1...1024).contains(threads) else {
            throw ValidationError("--threads must be 1 to 1024, not \(threads).")
        }
    }

    func run() async throws {
        var session = try loadSession()
        if let question = question ?? TerminalInput.pipedText() {
            try await session.ask(question, show: TerminalOutput.writeHarmless)
            TerminalOutput.write("\n")
        } else {
            await converse(&session)
        }
    }

    private func loadSession() throws -> ChatSession {
        var options = ModelOptions(path: try ModelLocation.resolve(model))
        options.threads = threads
        var log = Logger(label: "gleaner")
        log.logLevel = .error
        let served = try ServedModel.load(options, metrics: NOOPMetricsHandler.instance, log: log)
        var session = ChatSession(worker: NodeWorker(models: [served]), model: served.card.id, system: system)
        session.sampling.temperature = temperature
        session.sampling.seed = seed
        session.maxTokens = maxTokens
        return session
    }

    private func converse(_ session: inout ChatSession) async {
        let prompt = ">>> "
        let interrupts = InterruptSignal { TerminalOutput.write("\nCtrl-D or /bye leaves.\n" + prompt) }
        TerminalOutput.note("Ctrl-C stops an answer, Ctrl-D leaves.")
        while let line = TerminalInput.line(prompt: prompt) {
            switch line.trimmingCharacters(in: .whitespaces) {
            case "": continue
            case "/bye", "/exit", "/quit": return
            case "/clear": session.reset()
            default: session = await answer(line, session, interrupts)
            }
        }
        TerminalOutput.write("\n")
    }

    private func answer(_ line: String, _ session: ChatSession, _ interrupts: InterruptSignal) async -> ChatSession {
        let task = Task {
            var session = session
            do {
                try await session.ask(line, show: TerminalOutput.writeHarmless)
            } catch {
                TerminalOutput.note((error as? APIError)?.message ?? "\(error)")
            }
            TerminalOutput.write("\n")
            return session
        }
        return await interrupts.cancelling(task)
    }
}
