import Gateway
import JSON
import OpenAI
import Testing
import WebServer
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct StreamTests {
    private func stream(_ client: Client, _ members: String = "", model: String = "demo") async throws {
        try await client.post("/v1/chat/completions", TestServer.body(#","stream":true\#(members)"#, model: model))
    }

    /// The head and each event reach the client while the generation still runs.
    @Test func eventsArriveAsTheyCome() async throws {
        let worker = FakeWorker(.byHand)
        try await TestServer.running(worker) { server in
            try await server.connected { client in
                try await stream(client)
                #expect(try await client.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200"))
                let generation = worker.generations[0]
                generation.yield(.started(promptTokens: 1, cachedTokens: 0))
                for word in ["one", "two"] {
                    generation.yield(.delta(choice: 0, text: word, completionTokens: 1))
                    #expect(try await client.chunk()?.contains(word) == true)
                }
                generation.yield(.finished(choice: 0, reason: .length, completionTokens: 2))
                #expect(try await client.chunk()?.contains(#""finish_reason":"length""#) == true)
                generation.finish()
                #expect(try await client.chunk() == "data: [DONE]\n\n")
                #expect(try await client.chunk() == nil)
            }
        }
    }

    /// Events that wait for the writer go out in one write.
    @Test func queuedEventsShareAWrite() async throws {
        let words = (0..<100).map { GenerationEvent.delta(choice: 0, text: "w\($0)", completionTokens: $0 + 1) }
        let end = GenerationEvent.finished(choice: 0, reason: .stop, completionTokens: 100)
        try await TestServer.running(FakeWorker(.events(words + [end]))) { server in
            let answer = try await server.chat(#","stream":true"#)
            #expect(answer.chunks.count == 2, "all events, then [DONE]")
            #expect(try streamedText(answer) == (0..<100).map { "w\($0)" }.joined())
        }
    }

    @Test func failureInMidStreamIsItsLastEvent() async throws {
        let failure = APIError.unavailable("The node was reclaimed.", retryAfterSeconds: 2)
        let events: [GenerationEvent] = [
            .started(promptTokens: 1, cachedTokens: 0), .delta(choice: 0, text: "so far", completionTokens: 1),
        ]
        try await TestServer.running(FakeWorker(.events(events, error: failure))) { server in
            let answer = try await server.chat(#","stream":true"#)
            let last = answer.body.split(separator: "\n\n").last.map(String.init) ?? ""
            #expect(answer.status == 200 && answer.body.contains("so far"))
            #expect(last == "data: " + String(decoding: failure.body, as: UTF8.self))
        }
    }

    @Test func choicesInterleave() async throws {
        try await TestServer.running(FakeWorker(.talk(words: 20))) { server in
            let answer = try await server.chat(#","stream":true,"n":3,"stream_options":{"include_usage":true}"#)
            var texts = ["", "", ""]
            var usage: JSON?
            for event in answer.body.split(separator: "\n\n") where event != "data: [DONE]" {
                let chunk = try JSON.parse(String(event.dropFirst(6)))
                guard let choice = chunk["choices"]?.array?.first, let index = choice["index"]?.int else {
                    usage = chunk["usage"]
                    continue
                }
                texts[index] += choice["delta"]?["content"]?.string ?? ""
            }
            let expected = (0..<20).map { "demo\($0) " }.joined()
            #expect(texts == [expected, expected, expected])
            #expect(usage?["completion_tokens"] == 60 && usage?["prompt_tokens"] == 3)
        }
    }

    /// A waiting request shows life, so that no proxy takes it for dead; comments are no events.
    @Test func silenceIsFilledWithComments() async throws {
        let worker = FakeWorker(.byHand)
        let clock = ManualClock()
        // Nobody else sleeps for so long, so that a sleeper of that length is the stream's.
        var limits = ServerLimits()
        limits.keepAliveInterval = .seconds(7)
        try await TestServer.running(worker, limits: limits, clock: clock) { server in
            try await server.connected { client in
                try await stream(client)
                _ = try await client.read(through: "\r\n\r\n")
                for _ in 0..<3 {
                    await clock.waitForSleeper(.seconds(7))
                    clock.advance(by: .seconds(7))
                    #expect(try await client.chunk() == ": keep-alive\n\n")
                }
                await clock.waitForSleeper(.seconds(7))
                worker.generations[0].yield(.delta(choice: 0, text: "x", completionTokens: 1))
                #expect(try await client.chunk()?.contains(#""content":"x""#) == true)
                clock.advance(by: .seconds(7))
                await clock.waitForSleeper(.seconds(7))
                worker.generations[0].yield(.delta(choice: 0, text: "y", completionTokens: 1))
                #expect(try await client.chunk()?.hasPrefix("data: ") == true, "no comment while tokens flow")
            }
        }
    }

    // MARK: Clients that go away

    /// Nothing has been written yet, so that only the closed connection tells.
    @Test(arguments: [true, false]) func leavingWhileWaitingCancels(isStreaming: Bool) async throws {
        let worker = FakeWorker(.byHand)
        try await TestServer.running(worker) { server in
            try await server.connected { client in
                try await client.post("/v1/chat/completions", TestServer.body(#","stream":\#(isStreaming)"#))
                if isStreaming { _ = try await client.read(through: "\r\n\r\n") }
                #expect(await worker.happening() == .started(model: "demo"))
            }
            #expect(await worker.happening() == .cancelled(model: "demo"))
        }
    }

    @Test func leavingInMidStreamCancelsThatStreamOnly() async throws {
        let worker = FakeWorker(.byHand)
        try await TestServer.running(worker) { server in
            try await server.connected { faithful in
                try await stream(faithful, model: "faithful")
                #expect(await worker.happening() == .started(model: "faithful"))
                try await server.connected { fickle in
                    try await stream(fickle, model: "fickle")
                    #expect(await worker.happening() == .started(model: "fickle"))
                    worker.generations[1].yield(.delta(choice: 0, text: "x", completionTokens: 1))
                    _ = try await fickle.read(through: #""content":"x""#)
                }
                #expect(await worker.happening() == .cancelled(model: "fickle"))
                worker.generations[0].yield(.delta(choice: 0, text: "y", completionTokens: 1))
                worker.generations[0].yield(.finished(choice: 0, reason: .stop, completionTokens: 1))
                worker.generations[0].finish()
                #expect(try streamedText(try await faithful.response()) == "y")
            }
        }
    }

    /// The second request of a connection is watched like the first.
    @Test func leavingIsNoticedOnAKeptConnection() async throws {
        let worker = FakeWorker(.byHand)
        try await TestServer.running(worker) { server in
            try await server.connected { client in
                try await stream(client)
                #expect(await worker.happening() == .started(model: "demo"))
                worker.generations[0].yield(.finished(choice: 0, reason: .stop, completionTokens: 0))
                worker.generations[0].finish()
                _ = try await client.response()
                try await stream(client)
                #expect(await worker.happening() == .started(model: "demo"))
            }
            #expect(await worker.happening() == .cancelled(model: "demo"))
        }
    }
}
