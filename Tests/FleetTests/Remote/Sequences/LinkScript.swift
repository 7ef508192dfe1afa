import Fleet
import OpenAI

/// A worker whose sequences share a connection.
enum LinkScript {
    static let description = GleanerScript.description.replacing(
        #""prefix_chunk_tokens":64}"#, with: #""prefix_chunk_tokens":64,"sequences":1}"#)

    /// The answer of `GleanerScript`.
    static let answer: [SequenceNews.Event] = [
        .accepted, .started(promptTokens: 3, cachedTokens: 2),
        .progress(.init(ids: [5, 6], text: "Hi \"you\"\n", shown: 2)), .progress(.init(ids: [7], shown: 2)),
        .progress(.init(ids: [8], text: "é\u{1F600}", shown: 4)), .progress(.init(shown: 4, finish: .stop)),
        .done(completionTokens: 4, share: .init(prefilledTokens: 3, generatedTokens: 4)),
    ]

    /// Runs a worker that describes itself and has each connection of sequences handled by `serve`.
    static func run(
        timer: DeadlineTimer = .eventLoop, serve: @escaping @Sendable (ScriptedExchange) async -> Void,
        test: @Sendable (HTTPWorker) async throws -> Void
    ) async throws {
        try await ScriptedWorker.run { exchange in
            if exchange.path == "/gleaner/worker" { return exchange.respond(200, description) }
            guard exchange.path == SequenceProtocol.path else { return exchange.respond(404, "{}") }
            Task { await serve(exchange) }
        } test: { server in
            let worker = try server.worker(timer: timer)
            _ = try await worker.describe()
            try await test(worker)
        }
    }

    /// Answers each sequence that is started with the same news.
    static func answering(_ events: [SequenceNews.Event]) -> @Sendable (ScriptedExchange) async -> Void {
        { exchange in
            exchange.beginSequences()
            for await case .start(let start) in exchange.commands {
                exchange.tell(events.map { SequenceNews(sequence: start.sequence, event: $0) })
            }
        }
    }
}
