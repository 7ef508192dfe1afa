import Gateway
import Logging
import OpenAI
import Synchronization
import Testing
import WebTestSupport

/// Keeps every line that is logged.
private final class LogBook: Sendable {
    private let lines = Mutex<[String]>([])
    var text: String { lines.withLock { $0.joined(separator: "\n") } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

private struct BookHandler: LogHandler {
    let book: LogBook
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        book.add("\(event.level) \(event.message) \(all.sorted { $0.key < $1.key })")
    }
}

@Suite(.timeLimit(.minutes(10))) struct PrivacyTests {
    /// A canary in every place of a request shows up in no log line of any level and in no metric; the access log has the rest.
    @Test func logsHoldNoPromptAndNoAnswer() async throws {
        let book = LogBook()
        let logger = Logger(label: "test") { _ in BookHandler(book: book) }
        let events: [GenerationEvent] = [
            .started(promptTokens: 1, cachedTokens: 0), .delta(choice: 0, text: "canary-answer", completionTokens: 1),
        ]
        let worker = FakeWorker(.events(events, error: APIError.internalFailure))
        try await TestServer.running(worker, logger: logger) { server in
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
