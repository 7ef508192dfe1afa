import JSON
import ScriptedServer
import Synchronization
import Testing

@Suite struct BenchCommandTests {
    private let arguments = [
        "bench", "--requests", "4", "--concurrency", "2", "--max-tokens", "3", "--prompt-tokens", "5",
    ]

    private static let answer = ScriptedResponse(
        text: #"data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}"# + "\n\n"
            + #"data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":3}}"# + "\n\ndata: [DONE]\n\n")

    @Test func aServerIsMeasured() async throws {
        try await withHome { home in
            try await ScriptedServer.run({ request in
                request.path == "/v1/models" ? ScriptedResponse(text: #"{"data":[{"id":"m"}]}"#) : Self.answer
            }) { (server) async throws in
                let run = try await GleanerProcess.run(arguments + ["--url", server.address, "--json"], home: home)
                #expect(run.status == 0, "\(run.errors)")
                let report = try JSON.parse(run.output)
                #expect(report["requests_completed"]?.int == 4 && report["output_tokens"]?.int == 12)
                #expect(report["model"]?.string == "m" && report["ttft_ms"]?["p99"]?.double != nil)
                let table = try await GleanerProcess.run(arguments + ["--url", server.address], home: home)
                #expect(table.status == 0 && table.text.contains("Time to first token (TTFT)"))
            }
        }
    }

    @Test func aRunWithoutAnAnswerFailsTheCommand() async throws {
        try await withHome { home in
            let isWarm = Mutex(false)
            try await ScriptedServer.run({ _ in
                let fails = isWarm.withLock { warm in
                    defer { warm = true }
                    return warm
                }
                return fails ? ScriptedResponse(503) : Self.answer
            }) { (server) async throws in
                let run = try await GleanerProcess.run(
                    arguments + ["--url", server.address, "--model", "m"], home: home)
                #expect(run.status == 1 && run.text.contains("4 failed") && run.text.contains("http_503"))
            }
        }
    }
}
