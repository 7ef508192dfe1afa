import Gateway
import JSON
import OpenAI
import Testing
import WebServer
import WebTestSupport

/// Bodies that are too much: too large, too slow, too many.
@Suite(.timeLimit(.minutes(10))) struct BodyTests {
    private static let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: t\r\n"

    private func code(_ answer: HTTPAnswer) throws -> JSON? { try JSON.parse(answer.body)["error"]?["code"] }

    /// 100 MB are announced and not one byte of them is sent: the refusal does not wait for them.
    @Test func hugeBodyIsRefusedByItsHead() async throws {
        try await TestServer.running(FakeWorker(.byHand)) { server in
            try await server.connected { client in
                try await client.send(Self.head + "content-length: 104857600\r\n\r\n")
                let answer = try await client.response()
                #expect(answer.status == 413 && answer["connection"] == "close")
                #expect(try code(answer) == "request_too_large")
                #expect(try await client.readToEnd() == "")
            }
        }
    }

    /// 100 MB are announced and sent, come what may: who sends on can still read why it was for nothing.
    @Test func hugeBodyIsRefusedWhileItIsSent() async throws {
        try await TestServer.running(FakeWorker(.byHand)) { server in
            try await server.connected { client in
                try await client.send(Self.head + "content-length: 104857600\r\n\r\n")
                let piece = Array(repeating: UInt8(ascii: " "), count: 1 << 20)
                // The server hangs up when it likes.
                for _ in 0..<100 { try? await client.send(piece) }
                let answer = try await client.response()
                #expect(answer.status == 413 && answer["connection"] == "close")
                #expect(try code(answer) == "request_too_large")
            }
        }
    }

    /// A body without an announced length is refused at the limit; who goes on sending can still read why.
    @Test func endlessBodyIsRefusedAtTheLimit() async throws {
        var limits = ServerLimits()
        limits.bodyBytes = 1 << 20
        try await TestServer.running(FakeWorker(.byHand), limits: limits) { server in
            try await server.connected { client in
                try await client.send(Self.head + "transfer-encoding: chunked\r\n\r\n")
                let chunk = Array("10000\r\n".utf8) + Array(repeating: UInt8(ascii: " "), count: 65536) + [13, 10]
                for _ in 0..<32 { try await client.send(chunk) }
                #expect(try await client.response().status == 413)
            }
        }
    }

    @Test func bodyAtTheLimitIsRead() async throws {
        var limits = ServerLimits()
        limits.bodyBytes = 200_000
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello)), limits: limits) { server in
            let body = TestServer.body()
            for (size, status) in [(200_000, 200), (200_001, 413)] {
                try await server.connected { client in
                    let padding = String(repeating: " ", count: size - body.utf8.count)
                    try await client.post("/v1/chat/completions", body + padding)
                    #expect(try await client.response().status == status)
                }
            }
        }
    }

    /// A body that trickles in is refused when its time is up, however far it has come.
    @Test func slowBodyIsRefused() async throws {
        let clock = ManualClock()
        try await TestServer.running(FakeWorker(.byHand), clock: clock) { server in
            try await server.connected { client in
                try await client.send(Self.head + "content-length: 1000\r\n\r\n{")
                await clock.waitForSleeper(.seconds(30))
                try await client.send(#""model""#)
                clock.advance(by: .seconds(30))
                let answer = try await client.response()
                #expect(answer.status == 408 && answer["connection"] == "close")
                #expect(try code(answer) == "request_timeout")
            }
        }
    }

    /// A request whose body nobody reads may not keep its connection for ever either.
    @Test func unreadBodyHasADeadline() async throws {
        var limits = ServerLimits()
        limits.bodyDeadline = .milliseconds(100)
        limits.idleTimeout = .seconds(3600)
        try await TestServer.running(FakeWorker(.byHand), limits: limits) { server in
            try await server.connected { client in
                try await client.send("GET /health HTTP/1.1\r\nhost: t\r\ncontent-length: 5\r\n\r\n")
                _ = try await client.readToEnd()
            }
        }
    }

    @Test func bodiesShareABudget() async throws {
        var limits = ServerLimits()
        limits.bodyBytesInFlight = 1000
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello)), limits: limits) { server in
            for (padding, status) in [(2000, 429), (0, 200), (2000, 429), (0, 200)] {
                try await server.connected { client in
                    let body = TestServer.body() + String(repeating: " ", count: padding)
                    try await client.post("/v1/chat/completions", body)
                    let answer = try await client.response()
                    #expect(answer.status == status)
                    #expect((answer["retry-after"] == "1") == (status == 429))
                }
            }
        }
    }

    /// What one body holds is not there for another, until it is dropped; a refused share takes nothing.
    @Test func sharesAddUp() throws {
        let budget = BodyBudget(limit: 100)
        var shares = [budget.open(), budget.open()]
        try shares[0].take(60)
        #expect(throws: APIError.overloaded(retryAfterSeconds: 1)) { try shares[1].take(41) }
        try shares[1].take(40)
        #expect(budget.bytesUsed == 100)
        shares.removeAll()
        #expect(budget.bytesUsed == 0)
    }

    @Test func encodedBodyIsRefused() async throws {
        try await TestServer.running(FakeWorker(.byHand)) { server in
            let answer = try await server.chat(headers: "content-encoding: gzip\r\n")
            #expect(answer.status == 415)
        }
    }

    /// curl asks before it sends a long body.
    @Test func expectContinueIsAnswered() async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            try await server.connected { client in
                let body = TestServer.body()
                try await client.send(
                    Self.head + "expect: 100-continue\r\ncontent-length: \(body.utf8.count)\r\n\r\n")
                #expect(try await client.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 100"))
                try await client.send(body)
                #expect(try await client.response().status == 200)
            }
            try await server.connected { client in
                try await client.send(Self.head + "expect: 100-continue\r\ncontent-length: 104857600\r\n\r\n")
                #expect(try await client.response().status == 413)
            }
        }
    }

    /// A megabyte of tokens is parsed and handed on whole.
    @Test func longPromptIsRead() async throws {
        let refusal = APIError.contextLengthExceeded(
            promptTokens: 1_000_000, maxTokens: nil, limit: 64, promptParam: "prompt")
        try await TestServer.running(FakeWorker(.refuse(refusal))) { server in
            try await server.connected { client in
                let tokens = String(repeating: "7,", count: 999_999) + "7"
                try await client.post("/v1/completions", #"{"model":"demo","prompt":[\#(tokens)]}"#)
                let answer = try await client.response()
                #expect(answer.status == 400 && answer.body.contains("1000000") && answer.body.contains("64"))
            }
        }
    }
}
