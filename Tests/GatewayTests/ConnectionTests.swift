import Gateway
import JSON
import OpenAI
import TestSupport
import Testing
import WebServer
import WebTestSupport

/// Connections in bad faith, and very many of them.
@Suite(.timeLimit(.minutes(10))) struct ConnectionTests {
    @Test func thousandConnectionsAtOnce() async throws {
        try await TestServer.running(FakeWorker(.talk(words: 5))) { server in
            let barrier = Barrier(count: 1000)
            let texts = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<1000 {
                    group.addTask {
                        try await server.connected { client in
                            await barrier.wait()
                            try await client.post(
                                "/v1/chat/completions", TestServer.body(#","stream":true"#, model: "m\(number)-"))
                            return try streamedText(try await client.response())
                        }
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            let expected = (0..<1000).map { number in (0..<5).map { "m\(number)-\($0) " }.joined() }
            #expect(texts == Set(expected))
        }
    }

    @Test func connectionsBeyondTheLimitAreRefused() async throws {
        var limits = ServerLimits()
        limits.connections = 2
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello)), limits: limits) { server in
            try await server.connected { first in
                try await first.get("/health")
                #expect(try await first.response().status == 200)
                try await server.connected { second in
                    try await second.get("/health")
                    #expect(try await second.response().status == 200)
                    try await server.connected { third in
                        try await third.post("/v1/chat/completions", TestServer.body())
                        let answer = try await third.response()
                        #expect(answer.status == 503 && answer["retry-after"] == "1")
                        #expect(answer["x-request-id"]?.hasPrefix("req_") == true && answer["connection"] == "close")
                        #expect(try JSON.parse(answer.body)["error"]?["code"] == "service_unavailable")
                        #expect(try await third.readToEnd() == "")
                    }
                    try await second.get("/health")
                    #expect(try await second.response().status == 200, "those inside go on")
                }
            }
        }
    }

    /// Slow-loris: heads that never end are closed, and a stream beside them goes on.
    @Test func unfinishedHeadsAreClosed() async throws {
        var limits = ServerLimits()
        limits.idleTimeout = .milliseconds(200)
        let worker = FakeWorker(.byHand)
        try await TestServer.running(worker, limits: limits) { server in
            var isServed = false
            while !isServed {
                // A busy machine may need longer than the timeout between connecting and asking.
                isServed = try await server.connected { client in
                    guard await begin(&client) else { return false }
                    for opening in ["", "P", "POST /v1/chat/completions HTTP/1.1\r\nx: y\r\n"] {
                        let rest = try await server.connected { try await cutOff(&$0, after: opening) }
                        #expect(rest == "")
                    }
                    worker.generations.last?.yield(.delta(choice: 0, text: "still here", completionTokens: 1))
                    worker.generations.last?.yield(.finished(choice: 0, reason: .stop, completionTokens: 1))
                    worker.generations.last?.finish()
                    #expect(try await client.read(through: "[DONE]").contains("still here"))
                    return true
                }
            }
        }
    }

    /// Asks for a stream.
    /// - Returns: whether it has begun.
    private func begin(_ client: inout Client) async -> Bool {
        do {
            try await client.post("/v1/chat/completions", TestServer.body(#","stream":true"#))
            return try await client.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200")
        } catch {
            return false
        }
    }

    /// What a client gets that says so much and then waits for the end.
    private func cutOff(_ client: inout Client, after opening: String) async throws -> String {
        // The server may have closed before a busy client said anything.
        try? await client.send(opening)
        return try await client.readToEnd()
    }

    /// A client that takes nothing of its answer cannot hold a generation for ever.
    @Test func stalledReaderIsCutOff() async throws {
        var limits = ServerLimits()
        limits.stalledReaderTimeout = .milliseconds(200)
        let worker = FakeWorker(.byHand)
        try await TestServer.running(worker, limits: limits) { server in
            try await server.connected { client in
                try await client.post("/v1/chat/completions", TestServer.body(#","stream":true"#))
                #expect(await worker.happening() == .started(model: "demo"))
                // More than the buffers of both ends hold; the client reads none of it.
                let text = String(repeating: "x", count: 1 << 20)
                for _ in 0..<64 { worker.generations[0].yield(.delta(choice: 0, text: text, completionTokens: 1)) }
                #expect(await worker.happening() == .cancelled(model: "demo"))
            }
        }
    }

    struct NoRequest: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: String
        let status: Int

        init(_ name: String, _ bytes: String, _ status: Int = 400) {
            testDescription = name
            self.bytes = bytes
            self.status = status
        }
    }

    @Test(arguments: [
        NoRequest("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}"), NoRequest("chatter", "hello there\r\n\r\n"),
        NoRequest("odd version", "GET / HTTP/9.9\r\n\r\n"),
        NoRequest("field without colon", "GET /health HTTP/1.1\r\nhost: t\r\nbroken\r\n\r\n"),
        NoRequest("negative length", "POST / HTTP/1.1\r\ncontent-length: -5\r\n\r\n"),
        NoRequest("two lengths", "POST / HTTP/1.1\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n"),
        NoRequest(
            "length and chunks", "POST / HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n"),
        NoRequest("long field", "GET / HTTP/1.1\r\nx: \(String(repeating: "y", count: 200_000))\r\n\r\n", 431),
        NoRequest("many fields", "GET / HTTP/1.1\r\n\(String(repeating: "x: y\r\n", count: 500))\r\n", 431),
        NoRequest("long path", "GET /\(String(repeating: "y", count: 200_000)) HTTP/1.1\r\n\r\n", 431),
    ]) func bytesThatAreNotHTTPGetAnError(_ odd: NoRequest) async throws {
        try await TestServer.running(FakeWorker(.byHand)) { server in
            try await server.connected { client in
                try await client.send(odd.bytes)
                let answer = try await client.response()
                #expect(answer.status == odd.status)
                #expect(answer["x-request-id"] != nil && answer["connection"] == "close")
                #expect(try JSON.parse(answer.body)["error"]?["type"] == "invalid_request_error")
            }
        }
    }

    /// Whatever bytes come, the server answers the next client.
    @Test func noiseDoesNoHarm() async throws {
        let good = Array("POST /v1/chat/completions HTTP/1.1\r\nhost: t\r\ncontent-length: 5\r\n\r\nhello".utf8)
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            var generator = SeededGenerator(seed: 11)
            for _ in 0..<300 {
                var bytes = good
                for _ in 0..<4 {
                    bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
                }
                let noise = bytes
                try await server.connected { try await $0.send(noise) }
            }
            #expect(try await server.chat().status == 200)
        }
    }

    /// Requests sent ahead on one connection are answered one after another.
    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            try await server.connected { client in
                for path in ["/v1/models", "/health", "/nowhere"] { try await client.get(path) }
                #expect(try await client.response().body.contains("list"))
                #expect(try await client.response().body.contains("ok"))
                #expect(try await client.response().status == 404)
            }
        }
    }
}
