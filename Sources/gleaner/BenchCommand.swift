import ArgumentParser
import Foundation
import JSON
import LoadGenerator

extension LoadPlan.API: ExpressibleByArgument {}

/// `gleaner bench`: load on any OpenAI-compatible server, measured from outside.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure an OpenAI-compatible server under load.",
        discussion: """
            Sends prompts of random words and measures the streams that come back: time to first token, time \
            between tokens, end to end, and tokens a second, with their percentiles. Prompts differ from their \
            first word on, so that a prefix cache does not flatter; --shared-prefix makes them begin alike. \
            Tokens are those that the server's usage reports. Ctrl-C ends the run and reports what was measured.

              gleaner bench
              gleaner bench --url http://10.0.0.7:8000 --concurrency 64 --requests 256
              gleaner bench --rate 5 --prompt-tokens 512 --ignore-eos --json

            The exit status is 1 when a request failed. OPENAI_API_KEY is sent as the key.
            """)

    @Option(help: "Address of the server.")
    var url = "http://127.0.0.1:8080"

    @Option(help: "Name of the model; not needed when the server has one only.")
    var model: String?

    @Option(help: "The endpoint: chat or completions.")
    var api = LoadPlan.API.chat

    @Option(help: "Requests that are measured.")
    var requests = 64

    @Option(help: "Requests under way at once. (default: 16, or as many as there are requests with --rate)")
    var concurrency: Int?

    @Option(help: "Arrivals a second, at random times; without it, each request follows the end of another.")
    var rate: Double?

    @Option(help: "Tokens of each prompt, about.")
    var promptTokens = 128

    @Option(help: "Tokens of each answer at most.")
    var maxTokens = 128

    @Flag(name: .customLong("ignore-eos"), help: "Ask for answers that are all of the full length.")
    var ignoreEOS = false

    @Option(help: "Tokens at the start of every prompt that are the same in all.")
    var sharedPrefix = 0

    @Option(help: "Requests before the measured ones.")
    var warmUp = 1

    @Option(help: "Seconds that a request may take.")
    var timeout = 300.0

    @Option(help: "Draws the same prompts and arrivals again.")
    var seed: UInt64 = 1

    @Flag(help: "Print a JSON object.")
    var json = false

    func validate() throws {
        let counts = [
            ("requests", requests, 1...10_000_000), ("concurrency", concurrency ?? 1, 1...65_536),
            ("prompt-tokens", promptTokens, 1...10_000_000), ("max-tokens", maxTokens, 1...10_000_000),
            ("shared-prefix", sharedPrefix, 0...promptTokens), ("warm-up", warmUp, 1...1_000_000),
        ]
        for (name, value, range) in counts where !range.contains(value) {
            let rule = "from \(range.lowerBound) to \(range.upperBound)"
            throw ValidationError("--\(name) is \(value): it must be a whole number \(rule).")
        }
        guard rate.map({ $0 > 0 && $0 <= 1e6 }) ?? true else {
            throw ValidationError("--rate must be above 0 and at most 1000000 a second.")
        }
        guard timeout > 0, timeout <= 86_400 else {
            throw ValidationError("--timeout must be above 0 and at most 86400.")
        }
        do { _ = try LoadPlan.baseURL(url) } catch { throw ValidationError("\(error).") }
    }

    func run() async throws {
        let plan = try await plan()
        let (total, step) = (plan.requests, max(plan.requests / 10, 1))
        TerminalOutput.note("\(total) requests to \(plan.model) at \(plan.baseURL)")
        let outcome = await InterruptSignal().cancelling(
            Task { () -> Result<LoadReport, any Error> in
                do {
                    return .success(
                        try await LoadGenerator.run(plan) { ended in
                            if ended % step == 0 { TerminalOutput.note("\(ended) of \(total) ended") }
                        })
                } catch {
                    return .failure(error)
                }
            })
        let report = try outcome.get()
        TerminalOutput.write(json ? report.json.serialized() + "\n" : "\n" + report.table)
        if report.failed > 0 { throw ExitCode.failure }
    }

    private func plan() async throws -> LoadPlan {
        let base = try LoadPlan.baseURL(url)
        let key = ProcessInfo.processInfo.environment["OPENAI_API_KEY"].flatMap { $0.isEmpty ? nil : $0 }
        var name = model
        if name == nil { name = try await LoadGenerator.onlyModel(at: base, apiKey: key) }
        var plan = LoadPlan(baseURL: base, model: name ?? "")
        (plan.api, plan.requests, plan.rate) = (api, requests, rate)
        plan.concurrency = concurrency ?? (rate == nil ? 16 : min(requests, 65_536))
        (plan.promptTokens, plan.maxTokens, plan.sharedPrefixTokens) = (promptTokens, maxTokens, sharedPrefix)
        (plan.ignoresEndOfText, plan.warmUpRequests) = (ignoreEOS, warmUp)
        (plan.timeout, plan.seed, plan.apiKey) = (.seconds(timeout), seed, key)
        return plan
    }
}
