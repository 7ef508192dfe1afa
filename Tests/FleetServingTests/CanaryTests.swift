import JSON
import Testing
import WebTestSupport

extension FleetServing {
    /// Neither a prompt nor an answer is ever in a log or a metric of a gateway or a worker, whatever becomes of them.
    @Suite(.timeLimit(.minutes(10))) struct CanaryTests {
        private static let canary = "canary-6d1f0a-zebra"

        @Test func nothingThatWasSaidIsLoggedOrMeasured() async throws {
            let book = LogBook()
            try await FleetScene.run { scene in
                let gate = StepGate(allowing: 12)
                let workers = [
                    try await scene.worker(.init(clock: gate, log: book.logger)),
                    try await scene.worker(.init(clock: StepGate(allowing: 12), log: book.logger)),
                    try await scene.worker(.init(log: book.logger)),
                ]
                // The first cuts, the second lies, the third is honest.
                let liar = FaultyProxy.Rewriting(old: #""choices":["#, new: #""choices":{"#)
                let proxies = [
                    try await scene.proxy(to: workers[0]) { _ in .cut(after: 700, byReset: true) },
                    try await scene.proxy(to: workers[1], rewriting: [liar, .ownConnections]),
                    try await scene.proxy(to: workers[2]),
                ]
                gate.open()
                let gateway = try await scene.gateway(proxies.map(\.url)) { $0.log = book.logger }
                var said: [String] = []
                for number in 0..<12 {
                    let request = completion("\(Self.canary) \(number)", tokens: 40, [("user", .string(Self.canary))])
                    let transcript = try await gateway.api.transcript(completions, request)
                    said.append(String(try #require(transcript.choices[0]?.text.prefix(24))))
                }
                for (path, body) in Self.refused {
                    #expect(try await gateway.api.post(path, body).status >= 400)
                    #expect(try await APIClient(base: workers[2].url).post(path, body).status >= 400)
                }
                var metrics = try await gateway.api.get("/metrics").body
                for worker in workers { metrics += try await APIClient(base: worker.url).get("/metrics").body }
                #expect(
                    gateway.metric("gleaner:moves_total", "lost") > 0
                        && gateway.metric("gleaner:moves_total", "broken") > 0
                )
                #expect(book.text.contains("choice moves") && book.text.contains("POST /v1/completions 200"))
                #expect(metrics.contains("http_requests_total") && metrics.contains("vllm:generation_tokens_total"))
                for text in said + [Self.canary] {
                    #expect(!metrics.contains(text) && !book.text.contains(text), "'\(text)'")
                }
            }
        }

        private static let refused: [(String, JSON)] = [
            (completions, completion("x", [("model", .string(canary))])), (completions, completion("x", [(canary, 1)])),
            (completions, completion("x", [("prompt", .string(String(repeating: canary, count: 20_000)))])),
            (completions, .string(canary)), ("/v1/\(canary)", completion("x")),
            (chatCompletions, ["model": "sim", "messages": [["role": .string(canary), "content": .string(canary)]]]),
        ]
    }
}
