import Gateway
import JSON
import OpenAI
import Testing
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct RouteTests {
    @Test func chatAnswersWhole() async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            let answer = try await server.chat()
            #expect(answer.status == 200 && answer["content-type"] == "application/json")
            let body = try JSON.parse(answer.body)
            #expect(body["object"] == "chat.completion" && body["model"] == "demo")
            #expect(body["id"]?.string?.hasPrefix("chatcmpl-") == true && body["system_fingerprint"] == "fp_test")
            #expect(body["choices"]?.array?.first?["message"]?["content"] == "Hello")
            #expect(body["usage"]?["prompt_tokens_details"]?["cached_tokens"] == 2)
            #expect((body["created"]?.int ?? 0) > 1_700_000_000)
        }
    }

    @Test func chatStreams() async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            let answer = try await server.chat(#","stream":true"#)
            #expect(answer.status == 200 && answer["content-type"] == "text/event-stream")
            #expect(answer["x-accel-buffering"] == "no" && answer["cache-control"] == "no-cache")
            #expect(try streamedText(answer) == "Hello")
        }
    }

    @Test func completionsAnswer() async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            try await server.connected { client in
                try await client.post("/v1/completions", #"{"model":"demo","prompt":"x"}"#)
                let body = try JSON.parse(try await client.response().body)
                #expect(body["object"] == "text_completion" && body["id"]?.string?.hasPrefix("cmpl-") == true)
                #expect(body["choices"]?.array?.first?["text"] == "Hello")
            }
        }
    }

    /// Whatever is asked, the connection can be used again.
    @Test func connectionsAreKept() async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            try await server.connected { client in
                for members in ["", #","stream":true"#, #","temperature":9"#, #","stream":true"#, ""] {
                    try await client.post("/v1/chat/completions", TestServer.body(members))
                    let answer = try await client.response()
                    #expect(answer.status == (members.contains("temperature") ? 400 : 200))
                    #expect(answer["connection"] != "close")
                }
            }
        }
    }

    @Test func modelsAreListed() async throws {
        let models = [
            ModelCard(id: "org/a b", created: 5, contextLength: 10), ModelCard(id: "b", created: 6, contextLength: 20),
        ]
        try await TestServer.running(FakeWorker(.byHand, models: models)) { server in
            let list = try JSON.parse(try await server.get("/v1/models").body)
            #expect(list == ModelCard.list(models))
            for path in ["/v1/models/org/a%20b", "/v1/models/org%2Fa%20b"] {
                let answer = try await server.get(path)
                #expect(answer.status == 200)
                #expect(try JSON.parse(answer.body) == models[0].json)
            }
            let missing = try await server.get("/v1/models/org/c")
            #expect(missing.status == 404)
            #expect(try JSON.parse(missing.body)["error"]?["code"] == "model_not_found")
        }
    }

    @Test func healthFollowsTheWorker() async throws {
        let worker = FakeWorker(.byHand)
        try await TestServer.running(worker) { server in
            #expect(try await server.get("/health").status == 200)
            worker.setReady(false)
            let answer = try await server.get("/health")
            #expect(answer.status == 503 && answer["retry-after"] == "1")
            // Requests are let in all the same: they wait for a worker.
            #expect(try await server.get("/ready").status == 200)
        }
    }

    @Test(arguments: [
        ("GET", "/", 404), ("GET", "/v1", 404), ("POST", "/v1/responses", 404), ("GET", "/v1/chat/completions", 405),
        ("DELETE", "/v1/models", 405), ("PUT", "/v1/completions", 405), ("POST", "/metrics", 405),
        ("DELETE", "/v1/models/x", 405), ("HEAD", "/v1/chat/completions", 405), ("BREW", "/v1/models", 400),
        ("PROPFIND", "/v1/models", 404), ("GET", "/v1/models/%zz", 404), ("GET", "/%00", 404),
    ]) func otherPathsAndMethodsAreErrors(_ method: String, _ path: String, _ status: Int) async throws {
        try await TestServer.running(FakeWorker(.byHand)) { server in
            try await server.connected { client in
                try await client.get(path, method: method)
                let answer = try await client.response(isHead: method == "HEAD")
                #expect(answer.status == status)
                #expect(answer["x-request-id"]?.hasPrefix("req_") == true)
                #expect((answer["allow"] != nil) == (status == 405))
                guard method != "HEAD" else { return }
                let error = try JSON.parse(answer.body)["error"]
                #expect(error?["type"] == "invalid_request_error" && error?["message"]?.string?.isEmpty == false)
            }
        }
    }

    @Test func headAndOptions() async throws {
        try await TestServer.running(FakeWorker(.byHand)) { server in
            try await server.connected { client in
                try await client.get("/v1/models", method: "HEAD")
                let head = try await client.response(isHead: true)
                #expect(head.status == 200 && head["content-length"] != "0")
                try await client.get("/v1/chat/completions", method: "OPTIONS")
                let options = try await client.response()
                #expect(options.status == 204 && options["allow"] == "POST, OPTIONS")
            }
        }
    }

    // MARK: Errors

    @Test func refusalsOfTheWorkerKeepTheirStatus() async throws {
        for error in [
            APIError.modelNotFound("demo"), .overloaded(retryAfterSeconds: 17),
            .contextLengthExceeded(promptTokens: 9, maxTokens: 8, limit: 7, promptParam: "messages"),
        ] {
            try await TestServer.running(FakeWorker(.refuse(error))) { server in
                for members in ["", #","stream":true"#] {
                    let answer = try await server.chat(members)
                    #expect(answer.status == error.status)
                    #expect(answer["retry-after"] == error.retryAfterSeconds.map { "\($0)" })
                    #expect(answer.body == String(decoding: error.body, as: UTF8.self))
                }
            }
        }
    }

    private struct Secret: Error { let inside = "the wiring" }

    /// What fails inside is told to the log, not to strangers.
    @Test func failuresShowNothingOfTheInside() async throws {
        try await TestServer.running(FakeWorker(.events([], error: Secret()))) { server in
            let answer = try await server.chat()
            #expect(answer.status == 500 && !answer.body.contains("wiring"))
            #expect(try JSON.parse(answer.body)["error"]?["code"] == "internal_error")
        }
    }

    /// An answer that only looks whole would be believed.
    @Test func cutOffGenerationIsAnError() async throws {
        try await TestServer.running(FakeWorker(.events([.delta(choice: 0, text: "half", completionTokens: 1)]))) {
            server in
            #expect(try await server.chat().status == 500)
            let stream = try await server.chat(#","stream":true"#)
            #expect(stream.body.contains("half") && stream.body.contains(#"data: {"error":"#))
            #expect(!stream.body.contains("[DONE]"))
        }
    }

    @Test(arguments: [
        ("{", "invalid_json"), (#"{"model":"demo"}"#, "missing_required_parameter"), ("", "invalid_json"),
        (#"{"model":"demo","messages":[],"x":1}"#, "unknown_parameter"),
    ]) func badBodiesAreRefused(_ body: String, _ code: String) async throws {
        try await TestServer.running(FakeWorker(.byHand)) { server in
            try await server.connected { client in
                try await client.post("/v1/chat/completions", body)
                let answer = try await client.response()
                #expect(answer.status == 400 && answer["content-type"] == "application/json")
                #expect(try JSON.parse(answer.body)["error"]?["code"] == .string(code))
            }
        }
    }

    // MARK: Request ids

    @Test func requestIDsAreTakenOverOrMade() async throws {
        try await TestServer.running(FakeWorker(.events(FakeWorker.hello))) { server in
            for members in ["", #","stream":true"#, #","n":0"#] {
                let known = try await server.chat(members, headers: "X-Request-ID: abc-123/~\r\n")
                #expect(known["x-request-id"] == "abc-123/~")
                let long = String(repeating: "x", count: 129)
                for odd in ["", "X-Request-ID: a b\r\n", "X-Request-ID: \(long)\r\n", "X-Request-ID: é\r\n"] {
                    let made = try #require(try await server.chat(members, headers: odd)["x-request-id"])
                    #expect(made.hasPrefix("req_") && made.count == 28)
                    #expect(made.dropFirst(4).allSatisfy { $0.isHexDigit && !$0.isUppercase })
                }
            }
        }
    }
}
