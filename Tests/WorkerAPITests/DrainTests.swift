import JSON
import OpenAI
import Testing
import WebServer
import WebTestSupport
import WorkerAPI

@Suite(.timeLimit(.minutes(10))) struct DrainTests {
    /// The code of the error that ends a stream.
    private static func lastCode(_ answer: HTTPAnswer) throws -> JSON? {
        try JSON.parse(answer.events.last ?? "null")["error"]?["code"]
    }

    /// With the deadline 0 streams end at once with `draining`; nothing is admitted, and everybody can see why.
    @Test func drainAtOnce() async throws {
        let worker = FakeWorker(.byHand)
        try await TestWorkerServer.running(worker) { server in
            try await server.connected { client in
                try await client.post("/v1/completions", TestWorkerServer.body())
                #expect(await worker.happening() == .started(model: "demo"))
                worker.generations[0].yield(.started(promptTokens: 3, cachedTokens: 0))
                _ = try await client.read(through: #""prompt_tokens":3"#)
                #expect(try await server.post("/drain", #"{"deadline_ms":0}"#).status == 202)
                _ = try await client.read(through: #""code":"draining""#)
                #expect(await worker.happening() == .cancelled(model: "demo"))
            }
            for answer in [
                try await server.get("/health"), try await server.post("/v1/completions", TestWorkerServer.body()),
                try await server.post("/v1/chat/completions", "{}"),
            ] { #expect(answer.status == 503 && answer.errorCode == "draining") }
            #expect(try await server.get("/metrics").status == 200)
            #expect(worker.prepared.count == 1)
        }
    }

    /// Until the deadline streams go on; those that end before it end well.
    @Test func sequencesMayFinish() async throws {
        let (worker, clock) = (FakeWorker(.byHand), ManualClock())
        try await TestWorkerServer.running(worker, clock: clock) { server in
            try await server.connected { client in
                try await client.post("/v1/completions", TestWorkerServer.body())
                #expect(await worker.happening() == .started(model: "demo"))
                #expect(try await server.post("/drain", #"{"deadline_ms":5000}"#).status == 202)
                await clock.waitForSleeper(.seconds(5))
                #expect(try await server.get("/health").status == 503)
                let generation = worker.generations[0]
                generation.yield(.delta(choice: 0, text: "x", completionTokens: 1, tokenIDs: [4]))
                generation.yield(.finished(choice: 0, reason: .stop, completionTokens: 1))
                generation.finish()
                #expect(try await client.response().events.last == "[DONE]")
            }
        }
    }

    @Test func theDeadlineEndsTheRest() async throws {
        let (worker, clock) = (FakeWorker(.byHand), ManualClock())
        try await TestWorkerServer.running(worker, clock: clock) { server in
            try await server.connected { client in
                try await client.post("/v1/completions", TestWorkerServer.body())
                #expect(await worker.happening() == .started(model: "demo"))
                #expect(try await server.post("/drain", #"{"deadline_ms":5000}"#).status == 202)
                await clock.waitForSleeper(.seconds(5))
                clock.advance(by: .seconds(5))
                #expect(try Self.lastCode(try await client.response()) == "draining")
            }
        }
    }

    /// Who asks again sets a new deadline; a later one counts too, for the first is forgotten.
    @Test func theLastWordCounts() async throws {
        let (worker, clock) = (FakeWorker(.byHand), ManualClock())
        try await TestWorkerServer.running(worker, clock: clock) { server in
            try await server.connected { client in
                try await client.post("/v1/completions", TestWorkerServer.body())
                #expect(await worker.happening() == .started(model: "demo"))
                for seconds in [5, 40] {
                    #expect(try await server.post("/drain", #"{"deadline_ms":\#(seconds)000}"#).status == 202)
                    await clock.waitForSleeper(.seconds(seconds))
                }
                clock.advance(by: .seconds(39))
                worker.generations[0].yield(.started(promptTokens: 3, cachedTokens: 0))
                _ = try await client.read(through: #""prompt_tokens":3"#)
                clock.advance(by: .seconds(1))
                _ = try await client.read(through: #""code":"draining""#)
            }
        }
    }

    /// SIGTERM does the same with the configured deadline, and the server ends; followers of the load hear it.
    @Test func stoppingDrains() async throws {
        var limits = ServerLimits()
        limits.drainDeadline = .zero
        let worker = FakeWorker(.byHand)
        try await TestWorkerServer.running(worker, limits: limits) { server in
            let follower = Follower(server)
            #expect(try await follower.next()["draining"] == false)
            try await server.connected { client in
                try await client.post("/v1/completions", TestWorkerServer.body())
                #expect(await worker.happening() == .started(model: "demo"))
                await server.stop()
                #expect(try Self.lastCode(try await client.response()) == "draining")
                #expect(try await client.readToEnd() == "")
            }
            var last: String?
            while let text = await follower.nextText() { last = text }
            #expect(last?.contains(#""draining":true"#) == true)
        }
    }

    @Test(arguments: [
        "[]", "{", #"{"deadline_ms":-1}"#, #"{"deadline_ms":"1"}"#, #"{"deadline_ms":1.5}"#, #"{"deadline":1}"#,
        #"{"deadline_ms":1e300}"#, #"{"deadline_ms":86400001}"#,
    ])
    func badBodiesDrainNothing(_ body: String) async throws {
        try await TestWorkerServer.running(FakeWorker(.byHand)) { server in
            let answer = try await server.post("/drain", body)
            #expect(answer.status == 400)
            #expect(try await server.get("/health").status == 200)
        }
    }

    /// Without a word on it, the deadline is the configured one.
    @Test(arguments: ["", "{}", #"{"deadline_ms":null}"#]) func theDefaultDeadline(_ body: String) async throws {
        var limits = ServerLimits()
        limits.drainDeadline = .seconds(7)
        let (worker, clock) = (FakeWorker(.byHand), ManualClock())
        try await TestWorkerServer.running(worker, limits: limits, clock: clock) { server in
            try await server.connected { client in
                try await client.post("/v1/completions", TestWorkerServer.body())
                #expect(await worker.happening() == .started(model: "demo"))
                #expect(try await server.post("/drain", body).status == 202)
                await clock.waitForSleeper(.seconds(7))
            }
        }
    }
}
