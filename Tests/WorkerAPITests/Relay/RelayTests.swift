import Synchronization
import Testing
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct RelayTests {
    private func ask(
        _ port: Int, _ path: String, post body: String? = nil, headers: String = ""
    ) async throws -> HTTPAnswer {
        try await Client.connected(to: port) { client in
            if let body { try await client.post(path, body, headers: headers) }
            if body == nil { try await client.get(path, headers: headers) }
            return try await client.response()
        }
    }

    /// Starts a stream and waits for its first event.
    private func begin(_ engine: FakeEngine, _ client: inout Client) async throws {
        try await client.post("/v1/completions", #"{"prompt":[1]}"#)
        engine.pieces.put("data: 1\n\n")
        #expect(await engine.requests.next() == #"{"prompt":[1]}"#)
        _ = try await client.read(through: "\r\n\r\n")
        #expect(try await client.chunk() == "data: 1\n\n")
    }

    @Test func anAnswerPassesWhileItComes() async throws {
        let engine = FakeEngine()
        try await engine.running { port in
            try await Client.connected(to: port) { client in
                try await begin(engine, &client)
                engine.pieces.put("data: ")
                #expect(try await client.chunk() == "data: ")
                engine.pieces.put("2\n\n")
                engine.pieces.put(nil)
                #expect(try await client.chunk() == "2\n\n")
                #expect(try await client.chunk() == nil)
            }
        }
    }

    @Test func whatTheEngineSaysOfItselfAndItsRefusalsPass() async throws {
        let engine = FakeEngine()
        try await engine.running { port in
            #expect(try await ask(port, "/v1/models").body == #"{"data":[{"id":"m"}]}"#)
            let refusal = try await ask(port, "/tokenize", post: "{}")
            #expect(refusal.status == 400 && refusal.body == #"{"error":"no"}"#)
            // That it is no worker of ours is how gateways find out what it is.
            #expect(try await ask(port, "/gleaner/worker").status == 404)
            #expect(try await ask(port, "/v1/load_lora_adapter", post: "{}").status == 404)
            let metrics = try await ask(port, "/metrics").body
            #expect(metrics.hasPrefix("engine_metric 1\n") && metrics.contains("\ngleaner:draining 0\n"))
            #expect(metrics.contains("\ngleaner:engine_starts_total 3\n"))
        }
    }

    @Test func aTokenIsAskedFor() async throws {
        try await FakeEngine().running(token: "s3cret") { (port) async throws in
            for path in ["/v1/models", "/metrics"] {
                #expect(try await ask(port, path).status == 401)
                #expect(try await ask(port, path, headers: "authorization: Bearer s3cret\r\n").status == 200)
            }
            #expect(try await ask(port, "/v1/completions", post: "{}").status == 401)
            #expect(try await ask(port, "/drain", post: "{}").status == 401)
            #expect(try await ask(port, "/health").status == 200)
        }
    }

    @Test func anEngineThatIsAwayIsSaidToBe() async throws {
        let engine = FakeEngine()
        try await engine.running { port in
            engine.isReady.store(false, ordering: .relaxed)
            for answer in [try await ask(port, "/health"), try await ask(port, "/v1/completions", post: "{}")] {
                #expect(answer.status == 503 && answer.errorCode == "engine_unavailable")
            }
        }
    }

    @Test func aDrainedWorkerTakesNothingAndEndsWhatRuns() async throws {
        let engine = FakeEngine()
        try await engine.running { port in
            try await Client.connected(to: port) { client in
                try await begin(engine, &client)
                #expect(try await ask(port, "/drain", post: #"{"deadline_ms":60000}"#).status == 202)
                let refusal = try await ask(port, "/v1/completions", post: "{}")
                #expect(refusal.status == 503 && refusal.errorCode == "draining")
                #expect(try await ask(port, "/health").status == 503)
                let metrics = try await ask(port, "/metrics").body
                #expect(metrics.contains("\ngleaner:draining 1\n"))
                #expect(try await ask(port, "/drain", post: #"{"deadline_ms":0}"#).status == 202)
                let end = try await client.chunk()
                #expect(end?.contains(#""code":"draining""#) == true)
                #expect(try await client.chunk() == nil)
            }
            #expect(await engine.departures.next() == "gone")
        }
    }

    @Test func anEngineThatIsLostBetweenEventsIsAnErrorAndWithinOneACut() async throws {
        for piece in ["data: 2\n\n", "data: {"] {
            let engine = FakeEngine()
            try await engine.running { port in
                try await Client.connected(to: port) { client in
                    try await begin(engine, &client)
                    engine.pieces.put(piece)
                    #expect(try await client.chunk() == piece)
                    engine.pieces.put("")
                    if piece.hasSuffix("\n\n") {
                        let end = try await client.chunk()
                        #expect(end?.contains("engine_unavailable") == true)
                        #expect(try await client.chunk() == nil)
                    } else {
                        #expect(try await client.readToEnd().isEmpty, "no end of the answer either")
                    }
                }
            }
        }
    }

    @Test func anEngineHearsThatItsClientWent() async throws {
        let engine = FakeEngine()
        try await engine.running { port in
            try await Client.connected(to: port) { try await begin(engine, &$0) }
            #expect(await engine.departures.next() == "gone")
        }
    }
}
