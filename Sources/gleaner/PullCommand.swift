import ArgumentParser
import Foundation
import ModelStore
import Synchronization

/// `gleaner pull`: a model from a hub into the store.
struct PullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Fetch a model from Hugging Face, or another hub with its API.",
        discussion: """
            Without a quantization the best one is taken: Q4_K_M, else Q8_0 and so on; a repository without GGUF \
            gives its safetensors. What arrives is checked against the hub's SHA-256. Ctrl-C keeps what has \
            arrived: the same command goes on from there.

              gleaner pull Qwen/Qwen2.5-0.5B-Instruct-GGUF
              gleaner pull Qwen/Qwen2.5-0.5B-Instruct-GGUF:Q8_0
              gleaner pull Qwen/Qwen2.5-0.5B-Instruct
              HF_TOKEN=hf_... gleaner pull meta-llama/Llama-3.2-1B-Instruct

            HF_ENDPOINT names another hub, HF_TOKEN a token for gated repositories, HTTPS_PROXY a proxy.
            """)

    @Argument(help: "The repository, with a quantization, a file name or 'safetensors' after a colon.")
    var repository: String

    @Option(help: "Branch, tag or commit of the repository.")
    var revision = "main"

    func validate() throws {
        do { _ = try RepositoryReference(repository) } catch { throw ValidationError("\(error).") }
    }

    func run() async throws {
        let store = try ModelStore.ofThisUser()
        var settings = try HubSettings.fromEnvironment(ProcessInfo.processInfo.environment)
        settings.userAgent = "gleaner/\(Gleaner.version)"
        let screen = PullScreen()
        let (reference, revision) = (try RepositoryReference(repository), revision)
        let outcome = await InterruptSignal().cancelling(
            Task { [settings] () -> Result<Manifest, any Error> in
                do {
                    return .success(
                        try await store.pull(reference, revision: revision, from: settings) { screen.show($0) })
                } catch {
                    return .failure(error)
                }
            })
        screen.end()
        try report(outcome, wasShown: screen.hasShown)
    }

    private func report(_ outcome: Result<Manifest, any Error>, wasShown: Bool) throws {
        switch outcome {
        case .success(let manifest):
            let verb = wasShown ? "is here" : "is here already"
            TerminalOutput.note("\(manifest.name) \(verb): gleaner run \(manifest.name)")
        case .failure(is CancellationError):
            TerminalOutput.note("Stopped. The same command goes on from here.")
            throw ExitCode(130)
        case .failure(let error): throw error
        }
    }
}

/// Shows a pull on standard error: one redrawn line on a terminal, a line for each tenth elsewhere.
private final class PullScreen: Sendable {
    private let start = ContinuousClock.now
    private let display: Mutex<PullDisplay>
    private let shown = Mutex(false)

    init() { display = Mutex(PullDisplay(style: TerminalOutput.width.map { .terminal(width: $0) } ?? .lines)) }

    var hasShown: Bool { shown.withLock { $0 } }

    func show(_ event: PullEvent) {
        let time = start.duration(to: .now) / .seconds(1)
        shown.withLock { $0 = true }
        write(display.withLock { $0.text(for: event, at: time) })
    }

    func end() { write(display.withLock { $0.end() }) }

    private func write(_ text: String?) {
        guard let text else { return }
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
