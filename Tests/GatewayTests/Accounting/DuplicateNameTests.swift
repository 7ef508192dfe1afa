import OpenAI
import Testing
import WebTestSupport

/// Two readers of one request must never see two different models, so that no object says a name twice.
@Suite(.timeLimit(.minutes(10))) struct DuplicateNameTests {
    @Test(
        arguments: [
            ("/v1/chat/completions", #"{"model":"dear","messages":[{"role":"user","content":"Hi"}],"model":"demo"}"#),
            ("/v1/chat/completions", #"{"model":"demo","messages":[{"role":"user","content":"a","content":"b"}]}"#),
            ("/v1/chat/completions", #"{"mod\u0065l":"dear","model":"demo","messages":[]}"#),
            ("/v1/completions", #"{"model":"demo","prompt":"Hi","prompt":"Ho"}"#),
            ("/v1/billing/requests", #"{"requestIds":[],"requestIds":["chatcmpl-1"]}"#),
        ])
    func isRefusedByName(_ route: String, _ body: String) async throws {
        let worker = FakeWorker(.events(FakeWorker.hello))
        try await TestServer.running(worker) { server in
            let answer = try await server.connected { client in
                try await client.post(route, body)
                return try await client.response()
            }
            #expect(answer.status == 400 && answer.body.contains("occurs twice"))
            #expect(worker.generations.isEmpty)
            #expect(try await server.ledger.usageLines().isEmpty)
        }
    }
}
