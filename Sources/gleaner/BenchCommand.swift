import ArgumentParser
import Foundation
import JSON
import LoadGenerator

/// `gleaner bench`: how fast an OpenAI-compatible server answers under load.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast an OpenAI-compatible server answers under load.",
        discussion: """
            Sends streaming requests and reports time to first token, time per token, end-to-end latency and \
            output tokens a second. Ctrl-C stops, and reports what was measured so far. The exit status is 1 \
            when every request failed.

              gleaner bench --url http://127.0.0.1:8080/v1
              gleaner bench --url http://127.0.0.1:8080/v1 --concurrency 64 --requests 512 --ignore-eos --json
              gleaner bench --url http://127.0.0.1:8080/v1 --rate 5 --prompt-tokens 1024 --shared-prefix 768
            """)

    @Option(help: "The server's address.")
    var url = "http://127.0.0.1:8080/v1"

    @Option(help: "The model; by default the first that the server names.")
    var model: String?

    @Option(help: "The endpoint to measure: chat or completions.")
    var api = LoadPlan.API.chat

    @Option(help: "Requests to measure.")
    var requests = 64

    @Option(help: "Requests at once, at most (default: 16, or 512 with --rate).")
    var concurrency: Int?

    @Option(help: "Requests a second, at random times, instead of the next when one ends.")
    var rate: Double?

    @Option(help: "Tokens of each prompt, as near as the warm-up can bring it.")
    var promptTokens = 128

    @Option(
        help: "Tokens at the beginning of all prompts that are the same; the others differ, so that no cache helps.")
    var sharedPrefix = 0

    @Option(help: "Tokens of each answer, at most.")
    var maxTokens = 128

    @Flag(name: .customLong("ignore-eos"), help: "Make every answer that long (vLLM's extension).")
    var ignoreEOS = false

    @Option(help: "0 is greedy; the server's own default otherwise.")
    var temperature: Double?

    @Option(help: "Requests before those that are measured.")
    var warmUp = 1

    @Option(help: "Seconds that one request may take.")
    var timeout = 600.0

    @Option(help: "Makes the same prompts and arrivals again; by default others in every run.")
    var seed: UInt64?

    @Option(help: "Sent as a bearer token; GLEANER_API_KEY by default.")
    var apiKey: String?

    @Flag(help: "Print one JSON object instead of a table.")
    var json = false

    func validate() throws {
        do { try plan().check() } catch { throw ValidationError("\(error)") }
    }

    func run() async throws {
        let plan = try plan()
        let line = ProgressLine()
        let task = Task { () -> Result<LoadReport, any Error> in
            do { return .success(try await LoadGenerator.run(plan, progress: line.show)) } catch {
                return .failure(error)
            }
        }
        let result = await InterruptSignal().cancelling(task)
        line.clear()
        try finish(result)
    }

    private func plan() throws(LoadError) -> LoadPlan {
        var plan = LoadPlan(server: try ServerAddress(url), seed: seed ?? .random(in: 0..<1 << 32))
        plan.model = model
        plan.api = api
        plan.requests = requests
        plan.requestsPerSecond = rate
        plan.concurrency = concurrency ?? (rate == nil ? plan.concurrency : 512)
        plan.promptTokens = promptTokens
        plan.sharedPrefixTokens = sharedPrefix
        plan.maxTokens = maxTokens
        plan.ignoresEOS = ignoreEOS
        plan.temperature = temperature
        plan.warmUpRequests = warmUp
        plan.timeoutSeconds = timeout
        plan.apiKey = apiKey ?? ProcessInfo.processInfo.environment["GLEANER_API_KEY"].flatMap { $0.isEmpty ? nil : $0 }
        return plan
    }

    private func finish(_ result: Result<LoadReport, any Error>) throws {
        switch result {
        case .success(let report):
            TerminalOutput.write(json ? report.json.serialized() + "\n" : report.table)
            if report.isFailure { throw ExitCode.failure }
        case .failure(is CancellationError): throw ExitCode(130)  // as shells say: ended by an interrupt
        case .failure(let error):
            TerminalOutput.note("\(error)")
            throw ExitCode.failure
        }
    }
}

extension LoadPlan.API: ExpressibleByArgument {}

/// The line on a terminal that says how far the run is; nothing where nobody watches.
private struct ProgressLine: Sendable {
    private let isShown = isatty(STDERR_FILENO) == 1

    /// Drawn a hundred times in a run at most.
    func show(_ progress: RunProgress) {
        guard isShown, progress.ended * 100 / progress.planned != (progress.ended - 1) * 100 / progress.planned else {
            return
        }
        write("\r\u{1B}[K\(progress.ended) of \(progress.planned) requests, \(progress.failed) failed")
    }

    func clear() {
        if isShown { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
