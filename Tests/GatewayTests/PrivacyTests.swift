import Gateway
import Logging
import OpenAI
import Testing
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct PrivacyTests {
    /// A canary in every place of a request shows up in no log line of any level and in no metric; the access log has the rest.
    @Test func logsHoldNoPromptAndNoAnswer() async throws {
        let book = LogBook()
        let events: [GenerationEvent] = [
            .started(promptTokens: 1, cachedTokens: 0), .delta(choice: 0, text: "canary-answer", completionTokens: 1),
        ]
        let worker = FakeWorker(.events(events, error: APIError.internalFailure))
        try await TestServer.running(worker, logger: book.logger) { server in
            for members in ["", #","stream":true"#, #","stop":"canary-stop","temperature":7"#, #","canary-name":1"#] {
                let answer = try await server.chat(
                    members, model: "canary-model", headers: "x-request-id: r-1\r\nauthorization: Bearer canary-key\r\n"
                )
                #expect(answer["x-request-id"] == "r-1")
            }
            try await server.connected { client in
                try await client.post("/v1/chat/completions", #"{"messages":"canary-broken"#)
                _ = try await client.response()
            }
            _ = try await server.get("/canary-path?key=canary-query")
            let metrics = try await server.get("/metrics").body
            #expect(metrics.contains("http_requests_total") && !metrics.contains("canary"))
        }
        #expect(!book.text.contains("canary"))
        #expect(book.text.contains("info POST /v1/chat/completions 400"))
        #expect(book.text.contains("r-1"))
    }
}
